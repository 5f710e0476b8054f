package dev.strata.access.oidc;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.people.People;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The issuers at which people log in. Where there are none, nothing of the library for it is loaded. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class OidcConfiguration {

    @Bean
    Providers providers(AccessProperties access, People people, Clock clock) {
        return new Providers(access.issuers(), people, clock);
    }
}
