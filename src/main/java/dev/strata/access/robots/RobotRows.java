package dev.strata.access.robots;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface RobotRows extends Repository<RobotRow, Long> {

    /** Fails here, and not at the commit, where the name is taken. */
    RobotRow saveAndFlush(RobotRow robot);

    Optional<RobotRow> findById(Long id);

    Optional<RobotRow> findByName(String name);

    List<RobotRow> findByNameGreaterThanOrderByName(String name, Limit limit);

    List<RobotRow> findByMakerKindAndMakerNameAndCreatedAtGreaterThanEqualAndNameGreaterThanOrderByName(
            String makerKind, String makerName, Instant since, String name, Limit limit);

    void delete(RobotRow robot);
}
