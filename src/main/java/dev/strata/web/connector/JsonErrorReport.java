package dev.strata.web.connector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/** Answers what Tomcat refuses before any controller sees it, such as a path that cannot be decoded, as all errors. */
public class JsonErrorReport extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        byte[] body = ("{\"errors\":[{\"code\":\"" + code(status) + "\",\"message\":\"" + message(status)
                        + "\",\"detail\":{\"status\":" + status + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            SafeContent.mark(response);
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            ExceptionUtils.handleThrowable(e);
            container.getLogger().debug("The error could not be reported", e);
        }
    }

    private static String code(int status) {
        return switch (status) {
            case 413 -> "SIZE_INVALID";
            case 501, 505 -> "UNSUPPORTED";
            default -> status < 500 ? "UNSUPPORTED" : "UNKNOWN";
        };
    }

    private static String message(int status) {
        return switch (status) {
            case 405 -> "the method is not supported";
            case 408 -> "the request arrives too slowly";
            case 413 -> "the body is larger than is accepted";
            case 414 -> "the request's address is longer than is accepted";
            case 417 -> "the expectation is not supported";
            case 431 -> "the request's headers are larger, or more, than is accepted";
            case 501 -> "the method or the transfer coding is not supported";
            case 503 -> "the server is stopping";
            case 505 -> "the version of HTTP is not supported";
            default -> status < 500 ? "the request cannot be read" : "internal error";
        };
    }
}
