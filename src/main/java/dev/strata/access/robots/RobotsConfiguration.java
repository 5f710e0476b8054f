package dev.strata.access.robots;

import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.people.People;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Robots, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class RobotsConfiguration {

    @Bean
    Robots robots(RobotRows robots, RobotSecretRows secrets, Passwords accounts, People people, Clock clock) {
        return new Robots(robots, secrets, accounts, people, clock, new SecureRandom());
    }

    @Bean
    RobotUses robotUses(Robots robots, Clock clock) {
        return new RobotUses(robots, clock);
    }

    @Bean
    KeptCallers keptCallers(Passwords accounts, People people, Robots robots) {
        return new KeptCallers(accounts, people, robots);
    }
}
