package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are trusted: those that Java trusts, and those of a file. */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /** @throws AgentException INVALID where the file has no certificates */
    static SSLContext with(Path file) {
        try {
            Collection<? extends Certificate> added = read(file);
            if (added.isEmpty()) {
                throw new AgentException(AgentException.Outcome.INVALID, file + " has no certificate");
            }
            List<Certificate> all = new ArrayList<>(added);
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager usual) {
                    all.addAll(List.<X509Certificate>of(usual.getAcceptedIssuers()));
                }
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), all.get(i));
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store), null);
            return context;
        } catch (IOException | CertificateException e) {
            throw new AgentException(AgentException.Outcome.INVALID, "certificates of " + file + " cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no TLS", e);
        }
    }

    private static Collection<? extends Certificate> read(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
