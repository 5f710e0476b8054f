package dev.strata.upkeep.scrub;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ScrubProperties.class)
class ScrubConfiguration {}
