package dev.strata.upkeep;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({UndoProperties.class, RetentionProperties.class})
class UpkeepConfiguration {}
