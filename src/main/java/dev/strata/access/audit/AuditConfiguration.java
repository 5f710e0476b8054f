package dev.strata.access.audit;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Has every endpoint looked at that is to be audited. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration implements WebMvcConfigurer {

    private final AuditedEndpoints endpoints;

    AuditConfiguration(AuditedEndpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(endpoints).order(Ordered.HIGHEST_PRECEDENCE);
    }
}
