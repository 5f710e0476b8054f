package dev.strata.access;

import java.net.InetAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Secure by default: bound to this machine, with a login, or said out loud that it is open. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AccessProperties.class, PolicyProperties.class, TokenProperties.class})
class AccessConfiguration {

    AccessConfiguration(AccessProperties access, ServerProperties server, Environment environment) {
        InetAddress address = server.getAddress();
        boolean local = address != null && address.isLoopbackAddress();
        boolean login = access.hasLogin(environment);
        if (!local && !login && !access.anonymous()) {
            throw new OpenAddressException(address == null ? "all addresses" : address.getHostAddress());
        }
    }
}
