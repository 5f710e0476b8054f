package dev.strata.access.oidc;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Asks issuers: for a short while, for small answers, and only so often at once. Nobody is led elsewhere with a secret. */
final class IssuerHttp implements HTTPRequestSender {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 256 * 1024;
    /** Each of them keeps one of the server's threads. */
    private static final int MOST = 32;

    private final Semaphore running = new Semaphore(MOST);
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        HttpRequest.Builder asked = HttpRequest.newBuilder(request.getURI())
                .timeout(PATIENCE)
                .method(
                        request.getMethod().name(),
                        request.getBody() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(request.getBody()));
        request.getHeaderMap().forEach((name, values) -> values.forEach(value -> asked.header(name, value)));
        if (!running.tryAcquire()) {
            throw new IOException("Too many logins at once wait for issuers");
        }
        try {
            HttpResponse<String> answer =
                    client.send(asked.build(), BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST));
            HTTPResponse response = new HTTPResponse(answer.statusCode());
            response.setBody(answer.body());
            answer.headers().firstValue("Content-Type").ifPresent(type -> setType(response, type));
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } finally {
            running.release();
        }
    }

    private static void setType(HTTPResponse response, String type) {
        try {
            response.setContentType(type);
        } catch (ParseException e) {
            // An answer of no type is judged where it is read.
        }
    }
}
