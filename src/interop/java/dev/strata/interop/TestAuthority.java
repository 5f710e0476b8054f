package dev.strata.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A company's own authority, which signs certificates of servers and of clients.
 *
 * @param certificate its own, in PEM form
 */
record TestAuthority(Path certificate, Path key) {

    /** @param certificate where engines look for it */
    static TestAuthority create(Path certificate, Path directory) {
        TestAuthority made = new TestAuthority(certificate, directory.resolve("ca.key"));
        Command.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
                .and("-keyout", made.key.toString(), "-out", certificate.toString())
                .and("-days", "10", "-subj", "/CN=company")
                .run();
        return made;
    }

    /** Signs a certificate; it and its key, {@code name.cert} and {@code name.key}, take the place of those that are there. */
    void sign(Path directory, String name, String subject, String alternativeName) throws IOException {
        Path extensions = Files.writeString(directory.resolve("extensions"), "subjectAltName=" + alternativeName + "\n");
        Path request = directory.resolve("request");
        Path freshKey = directory.resolve("fresh");
        Path fresh = directory.resolve("fresh.cert");
        Command.of("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
                .and("-keyout", freshKey.toString(), "-out", request.toString(), "-subj", subject)
                .run();
        Command.of("openssl", "x509", "-req", "-in", request.toString(), "-CA", certificate.toString(), "-CAkey", key.toString())
                .and("-days", "10", "-extfile", extensions.toString(), "-out", fresh.toString())
                .and("-set_serial", String.valueOf(System.nanoTime()))
                .run();
        Files.move(freshKey, directory.resolve(name + ".key"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, directory.resolve(name + ".cert"), StandardCopyOption.REPLACE_EXISTING);
    }
}
