package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.Presence;
import io.github.zeroshot4j.Resampling;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.Scoring;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EvaluatedPresetTest {
    @Test
    void settings_all_areTheOptionsOfTheLibrary() {
        List<String> builder = Arrays.stream(DetectorOptions.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .toList();

        assertThat(DetectorSetting.ALL.stream().map(DetectorSetting::name))
                .as("a new option is a new line in DetectorSetting")
                .containsExactlyInAnyOrderElementsOf(builder);
    }

    @Test
    void of_names_theirOptions() {
        DetectorOptions article = DetectorOptions.article().toBuilder()
                .patchPx(30)
                .windowPatches(4)
                .build();

        assertThat(EvaluatedPreset.of("default").optionsFor(640, 480)).isEqualTo(DetectorOptions.defaults());
        // 480 / 16 = 30; 495 / 16 is rounded down; a patch has at least one pixel.
        assertThat(EvaluatedPreset.of("article").optionsFor(640, 480)).isEqualTo(article);
        assertThat(EvaluatedPreset.of("article").optionsFor(495, 640)).isEqualTo(article);
        assertThat(EvaluatedPreset.of("article").optionsFor(10, 640).patchPx()).isEqualTo(1);
        assertThat(EvaluatedPreset.of("unbiased").optionsFor(640, 480))
                .isEqualTo(
                        article.toBuilder().averaging(ScoreMap.Averaging.MEAN).build());
    }

    @Test
    void of_everyOption_isSet() {
        EvaluatedPreset preset =
                EvaluatedPreset.of("all of them=default:patchPx=20,windowPatches=2+3+5,stridePatches=2,"
                        + "coverage=drop_remainder,averaging=ARTICLE,meanClipPasses=1,scoring=LOGIT,negatives=|a wall|x=y:z,"
                        + "presenceThreshold=0.25,budget=99,looks=2,boxMode=single,boxThreshold=0.75,maxIou=0.5,resampling=fast,"
                        + "crossLabelMaxIou=0.75,contrast=prompts,verification=true");

        assertThat(preset.title()).isEqualTo("all of them");
        assertThat(preset.name()).isEqualTo("default");
        assertThat(preset.optionsFor(100, 100))
                .isEqualTo(DetectorOptions.defaults().toBuilder()
                        .patchPx(20)
                        .windowPatches(2, 3, 5)
                        .stridePatches(2)
                        .coverage(PatchGrid.Coverage.DROP_REMAINDER)
                        .averaging(ScoreMap.Averaging.ARTICLE)
                        .meanClipPasses(1)
                        .scoring(Scoring.LOGIT)
                        .negatives(List.of("", "a wall", "x=y:z"))
                        .presenceThreshold(0.25)
                        .budget(Budget.ofEncoderCalls(99))
                        .looks(2)
                        .boxMode(BoxMode.SINGLE)
                        .boxThreshold(0.75)
                        .maxIou(0.5)
                        .resampling(Resampling.FAST)
                        .crossLabelMaxIou(0.75)
                        .contrast(Presence.Contrast.PROMPTS)
                        .verification(true)
                        .build());
        assertThat(EvaluatedPreset.of("default:windowShares=1+0.5").optionsFor(100, 100))
                .isEqualTo(DetectorOptions.defaults().toBuilder()
                        .windowShares(1, 0.5)
                        .build());
    }

    @Test
    void of_patchPx_numberOrPartOfTheShorterSide() {
        assertThat(EvaluatedPreset.of("article:patchPx=25").optionsFor(640, 480).patchPx())
                .isEqualTo(25);
        assertThat(EvaluatedPreset.of("default:patchPx=1/12")
                        .optionsFor(640, 480)
                        .patchPx())
                .isEqualTo(40);
        assertThat(EvaluatedPreset.of("article:patchPx=0").optionsFor(640, 480).patchPx())
                .isZero();
    }

    @Test
    void json_options_asTheyAreAsked() {
        assertThat(EvaluatedPreset.of("article").json().toString())
                .isEqualTo("{\"patchPx\":\"1/16\",\"windowShares\":[],\"windowPatches\":[4],\"stridePatches\":1,"
                        + "\"coverage\":\"DROP_REMAINDER\",\"resampling\":\"EXACT\",\"averaging\":\"ARTICLE\",\"meanClipPasses\":3,\"scoring\":\"LOGIT\",\"negatives\":[\"\","
                        + "\"background\",\"nothing\",\"a texture\",\"a pattern\",\"a plain surface\"],"
                        + "\"presenceThreshold\":0.5,\"budget\":0,\"looks\":0,\"boxMode\":\"SINGLE\",\"boxThreshold\":0.5,\"maxIou\":0.5,"
                        + "\"crossLabelMaxIou\":1.0,\"contrast\":\"NONE\",\"verification\":false}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "defaults ! preset (defaults) must be one of default, article, unbiased, occlusion",
                "T=x:patchPx=3 ! preset (x) must be one of default, article, unbiased, occlusion",
                "'' ! preset () must be one of default, article, unbiased, occlusion",
                "default:patch=3 ! option (patch) must be one of patchPx, windowShares, windowPatches, stridePatches, coverage,"
                        + " resampling, averaging, meanClipPasses, scoring, negatives, presenceThreshold, budget, looks, boxMode,"
                        + " boxThreshold, maxIou, crossLabelMaxIou, contrast, verification",
                "default:patchPx ! option (patchPx) must be written option=value",
                "default:patchPx=3,, ! option () must be written option=value",
                "default:patchPx=a ! patchPx (a) must be an integer, or a part of the shorter side, such as 1/16",
                "default:patchPx=1/0 ! patchPx (1/0) must be an integer, or a part of the shorter side, such as 1/16",
                "default:patchPx=-1 ! patchPx (-1) must be positive, or 0 to choose it from the image",
                "default:windowPatches=2-4 ! windowPatches (2-4) must be integers joined by +, such as 2+4",
                "default:windowPatches=0 ! windowPatches (0) must be positive",
                "default:windowShares=1+x ! windowShares (1+x) must be numbers joined by +, such as 0.5+0.25",
                "default:windowShares=2 ! windowShares (2.0) must be above 0 and at most 1",
                "default:scoring=logit ! boxMode (FITTED) must be used with scoring PROBABILITY, not LOGIT",
                "default:windowPatches=2+4,stridePatches=3 ! stridePatches (3) must be at most windowPatches (2), or patches go unseen",
                "occlusion:looks=2 ! preset (occlusion) has no options, found looks=2",
                "default:verification=yes ! verification (yes) must be true or false",
                "default:coverage=all ! coverage (all) must be one of DROP_REMAINDER, COVER",
                "default:maxIou=2 ! maxIou (2.0) must be in [0, 1]",
                "default:maxIou=NaN ! maxIou (NaN) must be in [0, 1]",
            })
    void of_badSpec_saysWhatIsPossible(String spec, String complaint) {
        assertThatThrownBy(() -> EvaluatedPreset.of(spec))
                .isInstanceOf(BadUse.class)
                .hasMessage("--preset " + spec + ": " + complaint);
    }

    @Test
    void all_oneTitleTwice_refused() {
        assertThatThrownBy(() -> EvaluatedPreset.all(List.of("article", "Article=default")))
                .isInstanceOf(BadUse.class)
                .hasMessage("--preset Article=default: title (Article) must be given once");
    }

    @Test
    void embeddingPart_optionsThatDoNotMatterForIt_areOne() {
        DetectorOptions defaults = EvaluatedPreset.of("default").optionsFor(100, 100);
        DetectorOptions asked = EvaluatedPreset.of(
                        "default:boxThreshold=0.9,negatives=x,averaging=article,boxMode=single,scoring=logit")
                .optionsFor(100, 100);

        assertThat(DetectorSetting.embeddingPart(asked)).isEqualTo(DetectorSetting.embeddingPart(defaults));
        for (String other : List.of(
                "patchPx=9",
                "windowShares=0.5",
                "windowPatches=3",
                "stridePatches=2",
                "resampling=fast",
                "coverage=drop_remainder")) {
            DetectorOptions options = EvaluatedPreset.of("default:" + other).optionsFor(100, 100);
            assertThat(DetectorSetting.embeddingPart(options))
                    .as(other)
                    .isNotEqualTo(DetectorSetting.embeddingPart(defaults));
        }
    }
}
