package dev.strata.web.connector;

import dev.strata.web.connector.protocol.FileTransfers;
import dev.strata.web.connector.protocol.HttpProtocol;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/** Tunes the connector for bodies of gigabytes. What an application.yaml can say stands there. */
@Component
class TomcatTuning implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final int LAST_PORT = 65_535;

    private final HttpProperties properties;
    private final FileTransfers transfers;

    TomcatTuning(HttpProperties properties, FileTransfers transfers, ServerProperties server) {
        this.properties = properties;
        this.transfers = transfers;
        Integer port = server.getPort();
        if (port != null && port > LAST_PORT) {
            throw new PortException(port);
        }
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(HttpProtocol.class.getName());
        factory.addConnectorCustomizers(TomcatTuning::tune, connector -> {
            if (connector.getProtocolHandler() instanceof HttpProtocol protocol) {
                protocol.tell(transfers);
            }
        });
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(JsonErrorReport.class.getName());
            }
        });
        if (properties.accessLog()) {
            factory.addEngineValves(new AccessLog());
        }
    }

    private static void tune(Connector connector) {
        connector.setProperty("maxHeaderCount", "300");
        // No client of a registry sends any, and each thread keeps room for them.
        connector.setProperty("maxTrailerSize", "1024");
        // A refusal goes out before the body of gigabytes comes in.
        connector.setProperty("continueResponseTiming", "onRead");
        // Those that connections have are ConnectionBuffers.
        connector.setProperty("socket.appReadBufSize", "0");
        connector.setProperty("socket.appWriteBufSize", "0");
        // A blob that curl posts as a form is still a blob.
        connector.setParseBodyMethods("");
    }
}
