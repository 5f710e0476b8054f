package dev.strata.bench;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A request's head, and its body where that is small; encoded once and sent often. */
record Request(String method, String path, String headers, byte[] body) {

    private static final byte[] NOTHING = {};

    static Request get(String path) {
        return new Request("GET", path, "", NOTHING);
    }

    static Request head(String path) {
        return new Request("HEAD", path, "", NOTHING);
    }

    static Request delete(String path) {
        return new Request("DELETE", path, "", NOTHING);
    }

    /** A request whose body, if any, follows by other means. */
    static Request of(String method, String path) {
        return new Request(method, path, "", NOTHING);
    }

    Request with(String name, Object value) {
        return new Request(method, path, headers + name + ": " + value + "\r\n", body);
    }

    Request withBody(byte[] content) {
        return new Request(method, path, headers + "Content-Length: " + content.length + "\r\n", content);
    }

    byte[] encode(InetSocketAddress address) {
        String head = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort()
                + "\r\nUser-Agent: strata-benchmark\r\n" + headers + "\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + body.length);
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }
}
