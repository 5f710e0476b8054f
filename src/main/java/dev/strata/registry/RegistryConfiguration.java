package dev.strata.registry;

import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RegistryProperties.class, PromiseProperties.class, MergeProperties.class})
class RegistryConfiguration {

    @Bean
    Supplier<DeletionId> deletionIds() {
        return () -> new DeletionId(UUID.randomUUID());
    }
}
