package dev.strata.access.workloads;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Workloads, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class WorkloadsConfiguration {

    @Bean
    Workloads workloads(AccessProperties access, Clock clock) {
        return new Workloads(
                access.issuers().stream()
                        .filter(issuer -> !issuer.audience().isBlank())
                        .map(issuer -> new TrustedIssuer(issuer, clock))
                        .toList(),
                clock);
    }
}
