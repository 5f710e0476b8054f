package dev.strata.web;

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
        String code = status < 500 ? "UNSUPPORTED" : "UNKNOWN";
        String message = status < 500 ? "the request cannot be read" : "internal error";
        byte[] body = ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message
                        + "\",\"detail\":{\"status\":" + status + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            ExceptionUtils.handleThrowable(e);
            container.getLogger().debug("The error could not be reported", e);
        }
    }
}
