package dev.strata.access;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the registry.
 *
 * @param anonymous whether it may be bound to an address that other machines reach, for everyone to read and write
 */
@ConfigurationProperties("strata.access")
public record AccessProperties(@DefaultValue("false") boolean anonymous) {}
