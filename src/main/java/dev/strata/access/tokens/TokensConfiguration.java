package dev.strata.access.tokens;

import dev.strata.access.ConditionalOnLogin;
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
    Tokens tokens(SigningKeys keys, Clock clock) {
        return new Tokens(keys, clock);
    }
}
