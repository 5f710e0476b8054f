package dev.strata.access.people;

import dev.strata.access.ConditionalOnLogin;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** People whom issuers name, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
@EnableConfigurationProperties(PeopleProperties.class)
class PeopleConfiguration {

    @Bean
    People people(PersonRows rows, PeopleProperties properties, Clock clock) {
        return new People(rows, properties.peopleRemembered(), clock);
    }

    @Bean
    OldPeople oldPeople(People people) {
        return new OldPeople(people);
    }
}
