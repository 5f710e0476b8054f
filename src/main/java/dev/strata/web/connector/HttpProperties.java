package dev.strata.web.connector;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the registry speaks HTTP.
 *
 * @param location whether Location headers are absolute, honouring Forwarded and X-Forwarded-*, or relative
 * @param hosts the names by which this server may be addressed, without ports; those of this machine always may
 * @param sendfile whether the kernel sends blobs by itself; off, a thread copies each
 * @param accessLog whether each request is logged, to the logger {@code strata.access}
 * @param drainTimeout how long a stop waits for transfers to end
 */
@ConfigurationProperties("strata.http")
public record HttpProperties(
        @DefaultValue("absolute") LocationStyle location,
        @DefaultValue List<String> hosts,
        @DefaultValue("true") boolean sendfile,
        @DefaultValue("false") boolean accessLog,
        @DefaultValue("5m") Duration drainTimeout) {

    public HttpProperties {
        hosts = List.copyOf(hosts);
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("strata.http.drain-timeout must not be negative");
        }
    }

    /** How Location headers are written. */
    public enum LocationStyle {
        ABSOLUTE,
        RELATIVE
    }
}
