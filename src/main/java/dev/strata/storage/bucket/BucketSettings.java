package dev.strata.storage.bucket;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** The settings are known whatever the kind of the store is: who tries both kinds leaves them where they are. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BucketProperties.class)
class BucketSettings {}
