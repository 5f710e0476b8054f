package dev.strata;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with a setting of Strata's own that there is none of, on the command line or in a file. The
 * environment is left alone: it may have names that are meant for other programs.
 */
@Component
class KnownSettings implements BeanFactoryPostProcessor {

    private static final String PREFIX = "strata";

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        Map<String, String> known = known(beans);
        beans.getBean(ConfigurableEnvironment.class).getPropertySources().stream()
                .filter(source ->
                        source instanceof CommandLinePropertySource || source instanceof OriginTrackedMapPropertySource)
                .forEach(source -> requireKnown((EnumerablePropertySource<?>) source, known));
    }

    private static void requireKnown(EnumerablePropertySource<?> source, Map<String, String> known) {
        for (String name : source.getPropertyNames()) {
            if (name.startsWith(PREFIX + ".") && !known.containsKey(uniform(name))) {
                String where = source instanceof CommandLinePropertySource ? "the command line" : source.getName();
                throw new UnknownSettingException(name, where, known.values());
            }
        }
    }

    /** Each setting's name as docs/settings.md writes it, by its uniform one. */
    private static Map<String, String> known(ConfigurableListableBeanFactory beans) {
        Map<String, String> known = new TreeMap<>();
        for (String bean : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
            ConfigurationProperties properties = beans.findAnnotationOnBean(bean, ConfigurationProperties.class);
            Class<?> type = beans.getType(bean);
            boolean own = properties != null
                    && (properties.prefix().equals(PREFIX) || properties.prefix().startsWith(PREFIX + "."));
            if (own && type != null && type.isRecord()) {
                for (var component : type.getRecordComponents()) {
                    String name = properties.prefix() + "." + DataObjectPropertyName.toDashedForm(component.getName());
                    known.put(uniform(name), name);
                }
            }
        }
        return known;
    }

    /** Spring reads a name with dashes or without, in any case, and with an index where it is a list. */
    private static String uniform(String name) {
        int index = name.indexOf('[');
        String whole = index < 0 ? name : name.substring(0, index);
        return whole.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
