package dev.strata.cache.http;

import dev.strata.web.Extension;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells clients that there is a layer cache. */
@Configuration(proxyBeanMethods = false)
class CacheExtensionConfiguration {

    @Bean
    Extension layerCache() {
        return new Extension(
                "_strata",
                DocumentController.PATH,
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
