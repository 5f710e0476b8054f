package dev.strata.access.people;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * Forgets people who did not log in for very long: as many as there are, some in a transaction; where there are none, nothing
 * is written.
 */
class OldPeople {

    private final People people;

    OldPeople(People people) {
        this.people = people;
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    void run() {
        while (people.haveOld()) {
            people.forgetOld();
        }
    }
}
