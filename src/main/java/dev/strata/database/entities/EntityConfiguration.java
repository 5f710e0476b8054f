package dev.strata.database.entities;

import dev.strata.database.durability.CommitDurability;
import dev.strata.database.durability.DurableTransactionManager;
import dev.strata.database.durability.WriteWatch;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.config.BootstrapMode;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Spring Data JPA, for what people administer. Hibernate starts when an entity is needed first: a registry that keeps
 * none pays nothing for it.
 */
@Configuration(proxyBeanMethods = false)
@EnableJpaRepositories(
        basePackages = EntityConfiguration.ENTITIES,
        considerNestedRepositories = true,
        bootstrapMode = BootstrapMode.LAZY,
        transactionManagerRef = EntityTransaction.MANAGER)
class EntityConfiguration {

    static final String ENTITIES = "dev.strata.access";

    /** Declared as less than it is: Spring starts whatever may weave classes early, lazy or not. */
    @Bean
    @Lazy
    AbstractEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
        HibernateJpaVendorAdapter hibernate = new HibernateJpaVendorAdapter();
        LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
        factory.setDataSource(dataSource);
        factory.setJpaVendorAdapter(hibernate);
        factory.setPackagesToScan(ENTITIES);
        factory.setJpaPropertyMap(Map.of(
                // The migrations make the schema.
                "hibernate.hbm2ddl.auto", "validate",
                "hibernate.physical_naming_strategy",
                        "org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl",
                // Several processes may share one database.
                "hibernate.cache.use_second_level_cache", "false"));
        return factory;
    }

    /** Spring Data makes one for all repositories, at each start. */
    @Bean
    static BeanFactoryPostProcessor lazyEntityManager() {
        return beans -> Stream.of(beans.getBeanDefinitionNames())
                .filter(name -> name.startsWith("jpaSharedEM_"))
                .forEach(name -> beans.getBeanDefinition(name).setLazyInit(true));
    }

    @Bean
    @Lazy
    PlatformTransactionManager entityTransactions(
            EntityManagerFactory entities, CommitDurability durability, WriteWatch watch) {
        return DurableTransactionManager.checkpointing(new JpaTransactionManager(entities), durability, watch);
    }
}
