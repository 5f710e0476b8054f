package dev.strata.registry;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RegistryProperties.class, PromiseProperties.class})
class RegistryConfiguration {}
