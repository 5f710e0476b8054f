package dev.strata.access;

/** The registry would be open to everyone on the network, and nobody said that it should be. */
public class OpenAddressException extends RuntimeException {

    OpenAddressException(String address) {
        super("Strata would serve " + address + ", which other machines reach, to everyone without a login");
    }
}
