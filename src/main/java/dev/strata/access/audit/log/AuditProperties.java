package dev.strata.access.audit.log;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The audit log.
 *
 * @param auditRetention how long an event is kept
 */
@ConfigurationProperties("strata.access")
public record AuditProperties(@DefaultValue("90d") Duration auditRetention) {

    public AuditProperties {
        if (auditRetention.toHours() < 1) {
            throw new IllegalArgumentException("strata.access.audit-retention must be 1h at least");
        }
    }
}
