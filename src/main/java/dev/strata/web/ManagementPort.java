package dev.strata.web;

import dev.strata.web.connector.SafeContent;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * What a separate port for health and metrics has of the main one, which shares no filters with it. Spring Boot finds this
 * class by its list of such configurations; it is none of the application's own.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementPort {

    @Bean
    FilterRegistrationBean<SafeContent> safeContentOfManagement(SafeContent filter) {
        FilterRegistrationBean<SafeContent> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Where it is not said, it is the main one's, and not every address. */
    @Bean
    WebServerFactoryCustomizer<ConfigurableWebServerFactory> addressOfManagement(
            ManagementServerProperties management, ServerProperties server) {
        return new AddressOfManagement(management, server);
    }

    /** The last one: Spring Boot's own takes an address that is not said for every address. */
    private record AddressOfManagement(ManagementServerProperties management, ServerProperties server)
            implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

        @Override
        public void customize(ConfigurableWebServerFactory factory) {
            if (management.getAddress() == null) {
                factory.setAddress(server.getAddress());
            }
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }
}
