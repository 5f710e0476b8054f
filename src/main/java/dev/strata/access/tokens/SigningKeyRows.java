package dev.strata.access.tokens;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface SigningKeyRows extends Repository<SigningKeyRow, String> {

    SigningKeyRow save(SigningKeyRow key);

    List<SigningKeyRow> findByOrderByCreatedAtDescIdDesc(Limit limit);

    void delete(SigningKeyRow key);
}
