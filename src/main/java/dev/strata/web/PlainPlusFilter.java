package dev.strata.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Takes a plus in a query for a plus, as RFC 3986 has it. Servlets take it for a space, as forms have it; but media
 * types and digest algorithms have a plus, clients send it as it is, and nothing here has a space. The layer cache is
 * the exception: it is asked for instructions, in which there are many spaces, and clients write those as a plus.
 *
 * <p>Where an upload begins, what cannot be decoded is left as it is: a blob that cannot be mounted is uploaded, for
 * whatever reason that is.
 */
@Component
class PlainPlusFilter extends OncePerRequestFilter {

    private static final String LAYER_CACHE = "/_strata/cache/";
    private static final Pattern UPLOADS = Pattern.compile("/blobs/uploads/?$");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String query = request.getQueryString();
        if (query == null || request.getServletPath().contains(LAYER_CACHE)) {
            return true;
        }
        return query.indexOf('+') < 0 && !(query.indexOf('%') >= 0 && beginsUpload(request));
    }

    private static boolean beginsUpload(HttpServletRequest request) {
        return request.getMethod().equals("POST") && UPLOADS.matcher(request.getServletPath()).find();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(new PlainPlusRequest(request, beginsUpload(request)), response);
    }

    private static final class PlainPlusRequest extends HttpServletRequestWrapper {

        private final boolean isLenient;
        private @Nullable Map<String, String[]> parameters;

        PlainPlusRequest(HttpServletRequest request, boolean isLenient) {
            super(request);
            this.isLenient = isLenient;
        }

        /** Read when it is asked for, as the container does: what cannot be read is refused where errors are answered. */
        private Map<String, String[]> parameters() {
            Map<String, String[]> read = parameters;
            if (read == null) {
                read = new LinkedHashMap<>();
                MultiValueMap<String, @Nullable String> raw =
                        UriComponentsBuilder.newInstance().query(getQueryString()).build().getQueryParams();
                for (Map.Entry<String, List<@Nullable String>> parameter : raw.entrySet()) {
                    read.put(decode(parameter.getKey()), decode(parameter.getValue()));
                }
                parameters = read;
            }
            return read;
        }

        private String[] decode(List<@Nullable String> values) {
            return values.stream()
                    .map(value -> value == null ? "" : decode(value))
                    .toArray(String[]::new);
        }

        private String decode(String text) {
            try {
                return UriUtils.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                if (isLenient) {
                    return text;
                }
                throw new InvalidParameterException(e); // as the container says it
            }
        }

        @Override
        public @Nullable String getParameter(String name) {
            String[] values = parameters().get(name);
            return values == null ? null : values[0];
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return parameters().get(name);
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Collections.unmodifiableMap(parameters());
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.enumeration(parameters().keySet());
        }
    }
}
