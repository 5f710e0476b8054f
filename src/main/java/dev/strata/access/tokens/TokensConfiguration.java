package dev.strata.access.tokens;

import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.TokenProperties;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tokens, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class TokensConfiguration {

    @Bean
    StoredKeys storedKeys(SigningKeyRows rows, Clock clock) {
        return new StoredKeys(rows, clock, new SecureRandom());
    }

    @Bean
    SigningKeys signingKeys(StoredKeys stored) {
        return new SigningKeys(stored, System::nanoTime);
    }

    @Bean
    SignedClaims signedClaims(SigningKeys keys, Clock clock) {
        return new SignedClaims(keys, clock);
    }

    @Bean
    SealedNotes sealedNotes(SignedClaims signed, Clock clock) {
        return new SealedNotes(signed, clock);
    }

    @Bean
    Tokens tokens(SignedClaims signed, Clock clock, TokenProperties properties) {
        return new Tokens(signed, clock, properties.tokenLifetime());
    }

    @Bean
    WorkloadLogins workloadLogins(SignedClaims signed, Clock clock, TokenProperties properties) {
        return new WorkloadLogins(signed, clock, properties.workloadLogin());
    }
}
