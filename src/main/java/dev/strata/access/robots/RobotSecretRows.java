package dev.strata.access.robots;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

interface RobotSecretRows extends Repository<RobotSecretRow, Long> {

    RobotSecretRow save(RobotSecretRow secret);

    Optional<RobotSecretRow> findByHash(byte[] hash);

    List<RobotSecretRow> findByRobotIdOrderByIdDesc(long robotId);

    void delete(RobotSecretRow secret);

    void deleteByRobotId(long robotId);
}
