package dev.strata.web.connector;

/** There is no port of this number. */
public class PortException extends RuntimeException {

    PortException(int port) {
        super("server.port is " + port + ", and ports are numbers from 0 to 65535");
    }
}
