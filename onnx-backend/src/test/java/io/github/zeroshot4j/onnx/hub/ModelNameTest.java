package io.github.zeroshot4j.onnx.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of repositories, revisions and files, and what may not be in them. */
final class ModelNameTest {

    @Test
    void parse_goodNames() {
        assertThat(ModelName.parse("openai/clip-vit-base-patch32"))
                .isEqualTo(new ModelName("openai", "clip-vit-base-patch32", Optional.empty()));
        assertThat(ModelName.parse("a/b@refs/pr/1")).isEqualTo(new ModelName("a", "b", Optional.of("refs/pr/1")));
        assertThat(ModelName.parse("My_Org/model.v1.5_x@v1.0")).hasToString("My_Org/model.v1.5_x@v1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a",
                "a/",
                "/b",
                "/a/b",
                "a/b/c",
                "a//b",
                "../b",
                "a/..",
                "a/.",
                "a/.b",
                "a/b.",
                "a/-b",
                "a/b-",
                "a/b..c",
                "a/b--c",
                "a\\b",
                "a/b\\c",
                "a /b",
                "a/b ",
                "a/b?x=1",
                "a/b#c",
                "a/b%2e",
                "a/b:c",
                "a/\u0000b",
                "a/b\n",
                "\u00e4/b",
                "http://a/b",
                "C:/b",
                "@main"
            })
    void parse_badNames_areRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelName.parse(name))
                .withMessage("name (" + name.replaceAll("\\p{Cntrl}", "?") + ") must be owner/repository or"
                        + " owner/repository@revision, of letters, digits, '-', '_' and '.'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/main", "main/", "a//b", "..", "a/../b", "a\\b", "a b", "a@b", "-x", "a\u0007", "%2e%2e"
            })
    void parse_badRevisions_areRefused(String revision) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelName.parse("a/b@" + revision))
                .withMessage("revision (" + revision.replaceAll("\\p{Cntrl}", "?") + ") must be a branch, a tag or a"
                        + " commit, of letters, digits, '-', '_', '.' and '/'");
    }

    @Test
    void parse_tooLong_isRefusedAndCut() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelName.parse("a/" + "b".repeat(200)))
                .withMessageStartingWith("name (a/" + "b".repeat(118) + "...) must be ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelName.parse("a/b@" + "c".repeat(129)))
                .withMessageStartingWith("revision (");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "onnx/vision_model.onnx", "onnx/vision_model.onnx_data", "a/b/c"})
    void isPath_good(String file) {
        assertThat(ModelName.isPath(file)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "a/../b", "a\\b", "a\u0000", ".git/config", "a b", "C:a"})
    void isPath_bad(String file) {
        assertThat(ModelName.isPath(file)).isFalse();
    }

    // ---- catalogue

    @Test
    void catalogue_namesRepositoriesAndHashes_haveTheirForms() {
        assertThat(Catalogue.MODELS).hasSize(3).allSatisfy(known -> {
            assertThat(ModelName.parse(known.name()).revision()).isEmpty();
            assertThat(known.source().path()).isEqualTo(known.name().replace("openai/", "Xenova/"));
            assertThat(known.source().revision().map(ModelName::isCommit)).contains(true);
            assertThat(known.sha256()).isNotEmpty().allSatisfy((file, sha256) -> {
                assertThat(ModelName.isPath(file)).as(file).isTrue();
                assertThat(FileHash.isSha256(sha256)).as(sha256).isTrue();
            });
        });
    }

    @Test
    void catalogue_b32_everyFileOfEveryVariantIsPinned() {
        assertThat(Catalogue.MODELS.get(0).sha256())
                .containsOnlyKeys(
                        "config.json",
                        "preprocessor_config.json",
                        "tokenizer.json",
                        "onnx/vision_model.onnx",
                        "onnx/text_model.onnx",
                        "onnx/vision_model_fp16.onnx",
                        "onnx/text_model_fp16.onnx",
                        "onnx/vision_model_quantized.onnx",
                        "onnx/text_model_quantized.onnx");
    }

    @Test
    void catalogue_find_pinsUnlessAnotherRevisionIsNamed() {
        Catalogue.Known known = Catalogue.MODELS.get(0);
        String commit = known.source().revision().orElseThrow();

        for (String name : new String[] {
            known.name(),
            known.source().path(),
            known.name() + "@" + commit,
            known.source().path() + "@" + commit
        }) {
            assertThat(Catalogue.find(Catalogue.MODELS, ModelName.parse(name)))
                    .as(name)
                    .isEqualTo(new Catalogue.Target(known.source(), known.sha256()));
        }
        Catalogue.Target main = Catalogue.find(Catalogue.MODELS, ModelName.parse(known.name() + "@main"));
        assertThat(main.source()).hasToString(known.source().path() + "@main");
        assertThat(main.sha256()).isEmpty();
        assertThat(Catalogue.find(Catalogue.MODELS, ModelName.parse("some/other"))
                        .source())
                .hasToString("some/other");
    }
}
