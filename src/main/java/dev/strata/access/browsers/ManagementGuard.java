package dev.strata.access.browsers;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/**
 * Guards a separate port for health and metrics too. Whoever opened its address did so for monitoring, which may know it by
 * any name. Spring Boot finds this class by its list of such configurations.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ManagementGuard {

    @Bean
    FilterRegistrationBean<BrowserGuard> browserGuardOfManagement(
            BrowserGuard guard, KnownHosts hosts, ManagementServerProperties management) {
        boolean isOpened =
                management.getAddress() != null && !management.getAddress().isLoopbackAddress();
        BrowserGuard own = guard.with(isOpened ? hosts.opened() : hosts);
        FilterRegistrationBean<BrowserGuard> registration = new FilterRegistrationBean<>(own);
        registration.setOrder(BrowserGuard.AFTER_HEADERS);
        return registration;
    }
}
