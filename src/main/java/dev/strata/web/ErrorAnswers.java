package dev.strata.web;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one table that turns errors into answers: OCI Distribution Specification, section "Error Codes".
 */
@RestControllerAdvice
class ErrorAnswers {

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String AFTER_OUTAGE_SECONDS = "5";

    private final JsonMapper json;

    ErrorAnswers(JsonMapper json) {
        this.json = json;
    }

    private static HttpStatus status(Problem problem) {
        return switch (problem) {
            case BLOB_UNKNOWN,
                    UPLOAD_UNKNOWN,
                    MANIFEST_UNKNOWN,
                    NAME_UNKNOWN,
                    LEASE_UNKNOWN,
                    ACCOUNT_UNKNOWN,
                    GRANT_UNKNOWN,
                    PLAN_UNKNOWN,
                    ENDPOINT_UNKNOWN -> HttpStatus.NOT_FOUND;
            case MANIFEST_BLOB_UNKNOWN,
                    UPLOAD_INVALID,
                    UPLOAD_BROKEN_OFF,
                    DIGEST_INVALID,
                    MANIFEST_INVALID,
                    CONFIG_INVALID,
                    STEP_INVALID,
                    NAME_INVALID,
                    TAG_INVALID,
                    SIZE_INVALID,
                    PARAMETER_INVALID,
                    ACCOUNT_INVALID,
                    GRANT_INVALID -> HttpStatus.BAD_REQUEST;
            case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case UPLOAD_BUSY, TAG_IMMUTABLE, ACCOUNT_EXISTS, LAST_ADMINISTRATOR, PLAN_OUTDATED -> HttpStatus.CONFLICT;
            case UPLOAD_OUT_OF_ORDER, RANGE_NOT_SATISFIABLE -> HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE;
            case MANIFEST_TOO_LARGE, REQUEST_TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case TOO_MANY_TAGS -> HttpStatus.URI_TOO_LONG;
            case BODY_TOO_SLOW -> HttpStatus.REQUEST_TIMEOUT;
            case SCOPE_DENIED, CROSS_SITE, FORBIDDEN, QUOTA_EXCEEDED -> HttpStatus.FORBIDDEN;
            case HOST_UNKNOWN -> HttpStatus.MISDIRECTED_REQUEST;
            case PRECONDITION_FAILED -> HttpStatus.PRECONDITION_FAILED;
            case UNSUPPORTED -> HttpStatus.METHOD_NOT_ALLOWED;
            case STORAGE_FULL -> HttpStatus.INSUFFICIENT_STORAGE;
            case STORAGE_FAILED, AWAY -> HttpStatus.SERVICE_UNAVAILABLE;
            case CONTENDED, TOO_MANY_FAILURES -> HttpStatus.TOO_MANY_REQUESTS;
        };
    }

    @ExceptionHandler
    void registry(RegistryException e, HttpServletResponse response) throws IOException {
        if (e.problem() == Problem.CONTENDED) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        if (e.problem() == Problem.AWAY) {
            response.setHeader("Retry-After", AFTER_OUTAGE_SECONDS);
        }
        if (e.problem() == Problem.TOO_MANY_FAILURES && e.detail().get("seconds") instanceof Long seconds) {
            response.setHeader("Retry-After", seconds.toString());
        }
        if (e.problem() == Problem.BODY_TOO_SLOW) {
            response.setHeader("Connection", "close"); // the rest of the body is not waited for
        }
        send(response, status(e.problem()), e.problem().code().name(), e.getMessage(), e.detail());
    }

    /** A path variable's or parameter's converter says by its cause what was wrong. */
    @ExceptionHandler
    void mismatch(MethodArgumentTypeMismatchException e, HttpServletResponse response) throws IOException {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException registryException) {
                registry(registryException, response);
                return;
            }
        }
        registry(
                new RegistryException(
                        Problem.PARAMETER_INVALID,
                        "the parameter " + e.getName() + " is not acceptable",
                        Map.of("parameter", e.getName(), "value", String.valueOf(e.getValue()))),
                response);
    }

    @ExceptionHandler
    void missing(MissingServletRequestParameterException e, HttpServletResponse response) throws IOException {
        registry(
                new RegistryException(
                        Problem.PARAMETER_INVALID,
                        "the parameter " + e.getParameterName() + " is missing",
                        Map.of("parameter", e.getParameterName())),
                response);
    }

    @ExceptionHandler
    void method(HttpRequestMethodNotSupportedException e, HttpServletResponse response) throws IOException {
        String[] supported = e.getSupportedMethods();
        if (supported != null) {
            response.setHeader("Allow", String.join(", ", allowed(List.of(supported))));
        }
        registry(
                new RegistryException(
                        Problem.UNSUPPORTED, "the method is not supported here", Map.of("method", e.getMethod())),
                response);
    }

    /** What is read by GET can be asked for by HEAD too. */
    private static Set<String> allowed(List<String> supported) {
        Set<String> allowed = new LinkedHashSet<>();
        for (String method : supported) {
            allowed.add(method);
            if (method.equals("GET")) {
                allowed.add("HEAD");
            }
        }
        return allowed;
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    void endpoint(HttpServletRequest request, HttpServletResponse response) throws IOException {
        registry(
                new RegistryException(
                        Problem.ENDPOINT_UNKNOWN, "no such endpoint", Map.of("path", request.getRequestURI())),
                response);
    }

    @ExceptionHandler
    void contended(TransientDataAccessException e, HttpServletResponse response) throws IOException {
        log.warn("A request lost to others that changed the same rows", e);
        registry(
                new RegistryException(Problem.CONTENDED, "too many requests change the same content", Map.of(), e),
                response);
    }

    /** No connection could be had, or it broke. Whether a change was made nobody knows: it was not acknowledged. */
    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        RecoverableDataAccessException.class,
        CannotCreateTransactionException.class,
        TransactionSystemException.class,
        TransientDataAccessResourceException.class,
        QueryTimeoutException.class
    })
    void away(RuntimeException e, HttpServletResponse response) throws IOException {
        log.warn("A request did not reach the database: {}", e.toString());
        registry(
                new RegistryException(Problem.AWAY, "the registry's database cannot be reached now", Map.of(), e),
                response);
    }

    /** A query that cannot be decoded. */
    @ExceptionHandler
    void parameter(InvalidParameterException e, HttpServletResponse response) throws IOException {
        registry(
                new RegistryException(
                        Problem.PARAMETER_INVALID, "the query cannot be decoded: " + e.getMessage(), Map.of(), e),
                response);
    }

    /** The client is gone and no answer reaches it. */
    @ExceptionHandler({ClientAbortException.class, AsyncRequestNotUsableException.class})
    void aborted(IOException e) {
        log.debug("The client went away", e);
    }

    @ExceptionHandler
    void internal(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (e instanceof ErrorResponse refusal && refusal.getStatusCode().is4xxClientError()) {
            refused(refusal, response);
            return;
        }
        String type = request.getContentType();
        if (e instanceof IllegalArgumentException && type != null && type.contains("*")) {
            // Spring says what an unknown endpoint was asked with, and fails on a type that is none.
            unreadable(e, response);
            return;
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        send(response, HttpStatus.INTERNAL_SERVER_ERROR, "UNKNOWN", "internal error", Map.of());
    }

    /** What Spring refuses itself, such as a media type that is not there or not taken. */
    private void refused(ErrorResponse refusal, HttpServletResponse response) throws IOException {
        refusal.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        String reason = refusal.getBody().getDetail();
        send(
                response,
                refusal.getStatusCode(),
                ErrorCode.UNSUPPORTED.name(),
                reason == null ? "the request is not acceptable" : reason,
                Map.of());
    }

    /** A body or a value that could not be read as what it says that it is, by Spring or by the connector. */
    @ExceptionHandler({HttpMessageNotReadableException.class, TypeMismatchException.class, BadRequestException.class})
    void unreadable(Exception e, HttpServletResponse response) throws IOException {
        registry(
                new RegistryException(
                        Problem.PARAMETER_INVALID, "the request cannot be read", Map.of(), e),
                response);
    }

    private void send(
            HttpServletResponse response, HttpStatusCode status, String code, String message, Map<String, ?> detail)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] body = json.writeValueAsBytes(new Body(List.of(new Entry(code, message, detail))));
        response.setStatus(status.value());
        response.setContentType("application/json");
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (ClientAbortException | AsyncRequestNotUsableException e) {
            aborted(e);
        }
    }

    private record Body(List<Entry> errors) {}

    /** See {@link ErrorCode} for the codes. */
    private record Entry(String code, String message, Map<String, ?> detail) {}
}
