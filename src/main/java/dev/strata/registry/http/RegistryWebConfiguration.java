package dev.strata.registry.http;

import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class RegistryWebConfiguration implements WebMvcConfigurer {

    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverter(new NameConverter());
    }

    /** What is stored has one form, and refusing a client that asks for another breaks it. */
    @Override
    public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
        configurer.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ApiVersionHeader()).addPathPatterns("/v2/**", "/v2");
    }

    /**
     * Reads a repository's name. A name has slashes, and only a pattern's first element can take several segments, so
     * that what is captured in a path begins with the prefix.
     */
    private static final class NameConverter implements Converter<String, RepositoryName> {

        @Override
        public RepositoryName convert(String text) {
            if (!text.startsWith("/")) {
                return RepositoryName.of(text);
            }
            if (!text.startsWith(Paths.PREFIX)) {
                throw new RegistryException(Problem.ENDPOINT_UNKNOWN, "no such endpoint", Map.of("path", text));
            }
            return RepositoryName.of(text.substring(Paths.PREFIX.length()));
        }
    }

    /** By which docker recognizes a registry. */
    private static final class ApiVersionHeader implements HandlerInterceptor {

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            response.setHeader("Docker-Distribution-API-Version", "registry/2.0");
            return true;
        }
    }
}
