package dev.strata.testing;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

@TestConfiguration(proxyBeanMethods = false)
class ClientConfiguration {

    /** Lazy, because the port is known only when the server runs. */
    @Bean
    @Lazy
    RegistryClient registryClient(WebServerApplicationContext context) {
        return new RegistryClient(context.getWebServer().getPort());
    }
}
