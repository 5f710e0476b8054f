package dev.strata.access;

import java.net.InetAddress;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Configuration;

/** Secure by default: bound to this machine, or said out loud that it is open. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AccessProperties.class, PolicyProperties.class})
class AccessConfiguration {

    AccessConfiguration(AccessProperties access, ServerProperties server) {
        InetAddress address = server.getAddress();
        boolean local = address != null && address.isLoopbackAddress();
        if (!local && !access.anonymous()) {
            throw new OpenAddressException(address == null ? "all addresses" : address.getHostAddress());
        }
    }
}
