package dev.strata.access.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface PersonRows extends Repository<PersonRow, Long> {

    /** Fails here, and not at the commit, where the name is taken. */
    PersonRow saveAndFlush(PersonRow person);

    Optional<PersonRow> findById(Long id);

    Optional<PersonRow> findByName(String name);

    List<PersonRow> findByNameGreaterThanOrderByName(String name, Limit limit);

    List<PersonRow> findBySeenAtBeforeOrderBySeenAt(Instant time, Limit limit);

    void delete(PersonRow person);

    /** Whichever are still there: another process may delete them at the same time. */
    void deleteAllInBatch(Iterable<PersonRow> people);

    void flush();
}
