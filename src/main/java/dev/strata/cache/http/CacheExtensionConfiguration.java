package dev.strata.cache.http;

import dev.strata.web.Extension;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Tells clients that there is a layer cache, and how to ask it. */
@Configuration(proxyBeanMethods = false)
class CacheExtensionConfiguration {

    @Bean
    WebMvcConfigurer layerCacheDocument() {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                registry.addResourceHandler("/docs/**").addResourceLocations("classpath:/docs/");
            }
        };
    }

    @Bean
    Extension layerCache() {
        return new Extension(
                "_strata",
                "/docs/layer-cache.md",
                "The layer cache: does the layer for this instruction on this parent exist?",
                List.of(
                        "_strata/cache/layer",
                        "_strata/cache/entries",
                        "_strata/cache/resolve",
                        "_strata/cache/explain",
                        "_strata/cache/missing",
                        "_strata/cache/leases",
                        "_strata/cache/stats"));
    }
}
