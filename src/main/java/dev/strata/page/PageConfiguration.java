package dev.strata.page;

import java.io.IOException;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.LiteWebJarsResourceResolver;

/** Serves the page's files, each under a path that changes when any of them does. */
@Configuration(proxyBeanMethods = false)
class PageConfiguration {

    @Bean
    PageFiles pageFiles(ResourcePatternResolver resources) throws IOException {
        return PageFiles.read(resources);
    }

    @Bean
    WebMvcConfigurer pageServing(PageFiles files) {
        return new WebMvcConfigurer() {

            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                registry.addResourceHandler(files.path() + "/**")
                        .addResourceLocations(PageFiles.OWN, PageFiles.WEBJARS)
                        .setCacheControl(
                                CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                        .resourceChain(true)
                        .addResolver(new LiteWebJarsResourceResolver());
            }

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new PageHeaders()).addPathPatterns("/", "/api/**", PageFiles.PREFIX + "**");
            }
        };
    }
}
