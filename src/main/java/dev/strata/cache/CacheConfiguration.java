package dev.strata.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CacheProperties.class)
class CacheConfiguration {

    /** Time to live is measured by a clock that nobody sets. */
    @Bean
    Ticker ticker() {
        return Ticker.systemTicker();
    }

    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, Scope> scopeOfSetting() {
        return new ScopeConverter();
    }

    @Bean
    @ConfigurationPropertiesBinding
    static Converter<String, ShareGroups> groupsOfSetting() {
        return new GroupsConverter();
    }

    private static final class GroupsConverter implements Converter<String, ShareGroups> {

        @Override
        public ShareGroups convert(String text) {
            return ShareGroups.of(text);
        }
    }

    private static final class ScopeConverter implements Converter<String, Scope> {

        @Override
        public Scope convert(String name) {
            return Scope.of(name);
        }
    }
}
