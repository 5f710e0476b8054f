package dev.strata.cache.derivation;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.registry.repositories.Catalog;
import dev.strata.registry.repositories.RepositoryHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The images that others may stand on, by the stack of their layers. */
@Component
class BaseTable implements RepositoryHolder {

    private static final int MOST_LAYERS = 128;
    static final int MOST_CONFIGS = 8;
    private static final int AT_ONCE = 200;

    private final Catalog catalog;
    private final JdbcTemplate jdbc;

    BaseTable(Catalog catalog, JdbcTemplate jdbc) {
        this.catalog = catalog;
        this.jdbc = jdbc;
    }

    /** What stood for images that are not there any more. */
    @Override
    public Hold hold(long repositoryId) {
        return Hold.NONE;
    }

    @Override
    public boolean letGo(long repositoryId) {
        int gone = jdbc.update(
                "delete from cache_base where (chain_id, config) in"
                        + " (select chain_id, config from cache_base where repository_id = ? limit ?) and repository_id = ?",
                repositoryId,
                AT_ONCE,
                repositoryId);
        return gone < AT_ONCE;
    }

    /** Says whether it was not there. Outside of a transaction, a checkpoint could write half of it. */
    @Transactional
    boolean insert(long repositoryId, ChainId chain, Digest config) {
        // An image is pushed again far more often than it is new, and a conflict costs much more than a look.
        return !isThere(repositoryId, chain, config)
                && catalog.lock(repositoryId)
                && jdbc.update(
                                "insert into cache_base (repository_id, chain_id, config) values (?, ?, ?)"
                                        + " on conflict do nothing",
                                repositoryId,
                                chain.digest().bytes(),
                                config.bytes())
                        > 0;
    }

    private boolean isThere(long repositoryId, ChainId chain, Digest config) {
        return !jdbc.queryForList(
                        "select 1 from cache_base where repository_id = ? and chain_id = ? and config = ?",
                        Integer.class,
                        repositoryId,
                        chain.digest().bytes(),
                        config.bytes())
                .isEmpty();
    }

    private List<Digest> at(long repositoryId, byte[] chain) {
        return jdbc.query(
                "select config from cache_base where repository_id = ? and chain_id = ?"
                        + " order by repository_id, chain_id, config limit ?",
                (row, number) -> Digest.ofBytes(row.getBytes(1)),
                repositoryId,
                chain,
                MOST_CONFIGS);
    }

    /**
     * The configurations of some images that end on one of these stacks, those with the most layers first.
     *
     * @param chains the lowest first
     */
    List<Digest> below(long repositoryId, List<Optional<ChainId>> chains) {
        List<byte[]> stacks = chains.stream()
                .flatMap(Optional::stream)
                .limit(MOST_LAYERS)
                .map(chain -> chain.digest().bytes())
                .toList();
        List<Digest> configs = new ArrayList<>();
        for (int i = stacks.size() - 1; i >= 0 && configs.size() < MOST_CONFIGS; i--) {
            configs.addAll(at(repositoryId, stacks.get(i)));
        }
        return configs;
    }
}
