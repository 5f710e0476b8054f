package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.hostile.OddRequest.Delivery;
import dev.strata.model.Digests;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Makes the requests of one number, always the same: one odd request, or the few that push an odd image. */
final class Mischief {

    private static final int LARGEST_BODY = 3_000_000;
    private static final int MOST_PARAMETERS = 60;
    private static final List<String> METHODS = List.of(
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "X");
    /** Beside those that the endpoint declares: they are read in another way, or by nobody. */
    private static final List<String> MORE_PARAMETERS = List.of(
            "digest", "mount", "from", "tag", "n", "last", "scopes", "scope", "trust", "max_age", "lease_ttl_s", "env", "user",
            "cwd", "after", "x", "artifactType");
    private static final List<String> MORE_HEADERS = List.of(
            "Range", "If-Range", "Content-Range", "If-Match", "If-None-Match", "If-Modified-Since", "Accept", "Content-Type",
            "Content-Encoding", "Accept-Encoding", "Prefer", "Forwarded", "X-Forwarded-Host",
            "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "Host", "Expect", "Transfer-Encoding", "Upgrade",
            "Connection", "Cookie", "Authorization", "Origin", "Sec-Fetch-Site", "X-HTTP-Method-Override", "Content-Length");
    private static final List<String> VALUES = List.of(
            "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,1-1,2-2", "bytes=9223372036854775807-", "bytes=0-9223372036854775808",
            "0-0", "5-9", "0-9223372036854775807", "*", "\"\"", "W/\"x\"", "*/*", "application/json", "text/html;q=0", "a/b;c=\"",
            "wait=60", "wait=1", "respond-async, wait=2", "gzip", "chunked", "identity", "100-continue", "h2c", "close",
            "keep-alive", "for=1.2.3.4;host=\"a_b\";proto=https", "https", "443", "99999", "a_b", "[::1]:1", "null",
            "cross-site", "http://elsewhere", "-1", "9223372036854775807");

    private final List<Endpoint> endpoints;
    private final World world;
    private final Choice choice;
    private final OddText texts;
    private final OddJson json;
    private final OddDocument documents;

    private Mischief(List<Endpoint> endpoints, World world, Choice choice) {
        this.endpoints = endpoints;
        this.world = world;
        this.choice = choice;
        this.texts = new OddText(choice);
        this.json = new OddJson(choice, texts);
        this.documents = new OddDocument(choice, texts, world);
    }

    static List<OddRequest> requests(List<Endpoint> endpoints, World world, long seed, long number) {
        Mischief mischief = new Mischief(endpoints, world, Choice.of(seed, number));
        return mischief.choice.oneIn(10) ? mischief.image() : List.of(mischief.request());
    }

    private OddRequest request() {
        Endpoint endpoint = choice.from(endpoints);
        String method = choice.oneIn(15) ? choice.from(METHODS) : endpoint.method();
        byte[] body = endpoint.takesBody() || choice.oneIn(15) ? body(endpoint) : new byte[0];
        Delivery delivery = choice.oneIn(2) ? Delivery.WHOLE : choice.of(Delivery.values());
        return new OddRequest(method, target(endpoint), headers(endpoint), body, delivery);
    }

    private byte[] body(Endpoint endpoint) {
        if (endpoint.pattern().contains("blobs/uploads") && !choice.oneIn(10)) {
            return choice.oneIn(2) ? OddLayer.any(choice).content() : choice.bytes(choice.length(LARGEST_BODY));
        }
        return json.of(documents.forEndpoint(endpoint.pattern()));
    }

    private String target(Endpoint endpoint) {
        StringBuilder target = new StringBuilder();
        for (String segment : endpoint.pattern().split("(?<=/)|(?=/)")) {
            target.append(segment.startsWith("{") ? variable(segment, endpoint) : segment);
        }
        if (choice.oneIn(40)) {
            target.append(choice.of("/", "//", "/..", ";a=b", "%", "%00", "\\", "/x".repeat(choice.length(3_000))));
        }
        if (!endpoint.parameters().isEmpty() || choice.oneIn(4)) {
            target.append('?').append(query(endpoint));
        }
        // What ends the line would be another request.
        return target.toString().replaceAll("[\\r\\n ]", "");
    }

    private String variable(String name, Endpoint endpoint) {
        if (choice.oneIn(6)) {
            String odd = texts.any();
            return choice.oneIn(3) ? raw(odd) : encoded(odd);
        }
        return switch (name) {
            case "{*tagged}" -> choice.from(world.repositories()) + choice.of(
                    "/tags/latest/history", "/tags/latest/restore", "/rights", "/history", "/deletions", "/tags", "");
            case "{*name}", "{*path}" -> choice.from(world.repositories()) + (name.equals("{*path}") ? choice.of("/tags", "/image", "") : "");
            case "{reference}" -> choice.oneIn(2) ? choice.from(world.tags()) : choice.from(world.digests());
            case "{digest}" -> choice.oneIn(4) ? texts.digest() : choice.from(world.digests());
            case "{key}" -> choice.oneIn(4) ? texts.digest() : choice.from(world.keys());
            case "{id}" -> choice.oneIn(3) || !endpoint.pattern().contains("uploads") ? uuid() : world.anUpload();
            default -> encoded(texts.any());
        };
    }

    private String uuid() {
        return new UUID(choice.random().nextLong(), choice.random().nextLong()).toString();
    }

    private String query(Endpoint endpoint) {
        List<String> pairs = new ArrayList<>();
        for (String name : endpoint.parameters()) {
            if (!choice.oneIn(4)) {
                pairs.add(name + "=" + value(name));
            }
        }
        if (choice.oneIn(4)) {
            String name = choice.from(MORE_PARAMETERS);
            for (int times = choice.length(MOST_PARAMETERS); times > 0; times--) {
                pairs.add(name + "=" + value(name));
            }
        }
        if (choice.oneIn(20)) {
            pairs.add(raw(texts.any()));
        }
        return String.join("&", pairs);
    }

    private String value(String name) {
        if (choice.oneIn(3)) {
            String odd = texts.any();
            return choice.oneIn(4) ? raw(odd) : encoded(odd);
        }
        return switch (name) {
            case "digest", "mount", "stack", "content" -> choice.from(world.digests());
            case "from" -> choice.oneIn(2) ? choice.from(world.repositories()) : "2026-11-01";
            case "n", "max_age", "lease_ttl_s", "depth", "breadth" -> choice.oneIn(2) ? texts.number() : "5";
            case "parent" -> choice.oneIn(2) ? choice.from(world.chains()) : choice.from(world.tags());
            case "platform" -> "linux/amd64";
            case "instruction" -> encoded(choice.of("RUN make", "COPY a b", "ENV A=x", "WORKDIR a", "RUN <<E\nx\nE") + texts.any());
            case "reference", "tag" -> choice.oneIn(2) ? choice.from(world.tags()) : texts.letters(choice.between(1, 130));
            case "scopes", "scope" -> choice.of("main", "pr,main", "images", ",".repeat(choice.length(100)));
            case "sort" -> choice.of("name", "freed", "full", "unique");
            case "order" -> choice.of("asc", "desc");
            case "step" -> choice.of("hour", "day");
            case "trust" -> "any";
            default -> encoded(texts.any());
        };
    }

    private List<String> headers(Endpoint endpoint) {
        List<String> headers = new ArrayList<>();
        if (endpoint.pattern().endsWith("/manifests/{reference}") && endpoint.takesBody() && !choice.oneIn(8)) {
            headers.add("Content-Type: " + choice.of(
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.oci.image.index.v1+json",
                    "application/vnd.docker.distribution.manifest.v2+json"));
        }
        for (String name : endpoint.headers()) {
            if (!name.isEmpty() && choice.oneIn(2)) {
                headers.add(name + ": " + headerValue());
            }
        }
        for (int more = choice.oneIn(2) ? choice.between(1, 4) : 0; more > 0; more--) {
            headers.add(choice.from(MORE_HEADERS) + ": " + headerValue());
        }
        if (choice.oneIn(40)) {
            for (int many = choice.length(500); many > 0; many--) {
                headers.add("X-" + many + ": " + many);
            }
        }
        return headers;
    }

    private String headerValue() {
        String value = choice.oneIn(4) ? raw(texts.any()) : choice.from(VALUES);
        return value.replaceAll("[\\r\\n]", "");
    }

    /** A configuration and a layer that are odd, as a well-formed image, and what somebody asks of it then. */
    private List<OddRequest> image() {
        String repository = choice.from(world.repositories());
        String tag = "t" + choice.below(50);
        OddLayer layer = OddLayer.any(choice);
        byte[] config = json.of(documents.config(layer.diffId(), documents.history(choice.between(0, 5))));
        String described = "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(Digests.sha256(config), config.length);
        String manifest = documents.image(described, layer.descriptor());
        String step = """
                {"argv":["%s"],"op":"run","parent":null,"platform":"linux/amd64","v":1}""".formatted(texts.letters(12));
        String entry = "{\"step\":%s,\"layer\":%s,\"diff_id\":\"%s\",\"exec_ms\":10,\"builder\":\"fuzz\",\"scope\":\"%s\"}"
                .formatted(step, layer.descriptor(), layer.diffId(), choice.of("main", "pr"));
        String cache = "/v2/" + repository + "/_strata/cache/";
        return List.of(
                OddRequest.blob(repository, layer.content()),
                OddRequest.blob(repository, config),
                new OddRequest(
                        "PUT",
                        "/v2/" + repository + "/manifests/" + tag,
                        List.of("Content-Type: application/vnd.oci.image.manifest.v1+json"),
                        choice.oneIn(4) ? json.of(manifest) : manifest.getBytes(UTF_8)),
                new OddRequest("PUT", cache + "entries/" + Digests.sha256(step.getBytes(UTF_8)), List.of(), entry.getBytes(UTF_8)),
                OddRequest.get("/api/savings/repositories/" + repository + "/image?reference=" + tag),
                OddRequest.get("/api/savings/repositories/" + repository + "/tags"),
                OddRequest.get(cache + "layer?parent=" + tag + "&platform=linux/amd64&instruction=" + encoded("RUN " + texts.any())));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /** As bytes that nobody encoded. */
    private static String raw(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
}
