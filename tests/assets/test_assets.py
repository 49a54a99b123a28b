"""What is bundled: it is found, it is small, it is licensed, and it sounds as it should."""

import wave

import numpy as np
import pytest

from assets import asset_path, read_bytes
from assets.tools.build_sounds import PEAK, RATE_HZ, RECIPES


def test_a_missing_asset_is_named_with_what_is_there():
    with pytest.raises(FileNotFoundError, match=r"fonts/No\.ttf.*Inter-Regular\.ttf"):
        asset_path("fonts/No.ttf")
    with pytest.raises(FileNotFoundError, match="nothing"):
        asset_path("nowhere/at-all")


@pytest.mark.parametrize("name", ["Inter-OFL.txt", "JetBrainsMono-OFL.txt", "Lucide-ISC.txt"])
def test_licences_lie_beside_what_they_license(name):
    assert b"Copyright" in read_bytes(f"LICENSES/{name}")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_sound_is_short_clean_and_not_too_loud(name):
    with wave.open(str(asset_path(f"sounds/{name}.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32767
    assert 0.02 < len(samples) / RATE_HZ < 1.0
    assert 0.1 < np.abs(samples).max() <= PEAK + 0.001
    # A sound that begins or ends away from zero is heard as a click.
    assert abs(samples[0]) < 0.05
    assert abs(samples[-1]) < 0.02
    assert abs(samples.mean()) < 0.02


@pytest.mark.parametrize("name", ["move", "win", "ui_select"])
def test_sounds_are_what_the_script_makes(name):
    with wave.open(str(asset_path(f"sounds/{name}.wav"))) as file:
        kept = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    made = RECIPES[name]()
    made = made / np.abs(made).max() * np.abs(kept).max()
    assert np.abs(kept - made).max() <= 2
