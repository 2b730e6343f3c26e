"""
A toy of Qwen2-VL's shape, about two million random weights: what `train.py` and `serve.py` take the name "toy" for. Nothing is downloaded.
In: texts to learn a vocabulary from; without any, every byte is a token. Out: a folder as `save_pretrained` writes it.
"""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoProcessor,
    GenerationConfig,
    PreTrainedTokenizerFast,
    ProcessorMixin,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen2VLProcessor,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

NAME = "toy"

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]

# Qwen's, without tools and films.
CHAT_TEMPLATE = """{% for message in messages %}<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

HIDDEN = 192
# Sides of the square that one token of a picture stands for, and most of them in a picture.
TOKEN, MOST_TOKENS = 28, 30


class ToyProcessor(Qwen2VLProcessor):
    """Qwen2-VL's, but it watches no films: their processor needs torchvision."""

    def __init__(self, image_processor=None, tokenizer=None, chat_template=None):
        self.image_token, self.video_token = SPECIAL[-2:]
        self.image_token_id, self.video_token_id = tokenizer.convert_tokens_to_ids(SPECIAL[-2:])
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)


class ToyConfig(Qwen2VLConfig):
    """What the processor is registered for: models are Qwen2-VL's own."""


# Folders name their processor's class; whoever imports this module can load it.
AutoProcessor.register(ToyConfig, ToyProcessor)


def save(folder, texts=(), seed=0):
    """Writes a new toy into the folder, and returns the folder."""
    pictures = Qwen2VLImageProcessorPil(size={"shortest_edge": TOKEN * TOKEN, "longest_edge": MOST_TOKENS * TOKEN * TOKEN})
    processor = ToyProcessor(pictures, tokenizer(texts), chat_template=CHAT_TEMPLATE)
    torch.manual_seed(seed)
    model(processor.tokenizer).save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def tokenizer(texts):
    """Texts are cut at digits only, so what all of them share (prompts, most of a call) becomes a few tokens."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=3000,
        min_frequency=8,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=SPECIAL,
        show_progress=False,
    )
    raw.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")


def model(words):
    """The language model reads pictures as its bigger relatives do: patches, two by two merged, with positions in three axes."""
    end_of_text, _, end_of_turn, vision_start, vision_end, image, video = words.convert_tokens_to_ids(SPECIAL)
    config = Qwen2VLConfig(
        text_config={
            "vocab_size": len(words),
            "hidden_size": HIDDEN,
            "intermediate_size": 512,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 16384,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [8, 8, 8]},
            "bos_token_id": None,
            "eos_token_id": end_of_turn,
            "pad_token_id": end_of_text,
        },
        vision_config={"depth": 2, "embed_dim": 64, "hidden_size": HIDDEN, "num_heads": 4, "mlp_ratio": 2},
        vision_start_token_id=vision_start,
        vision_end_token_id=vision_end,
        image_token_id=image,
        video_token_id=video,
    )
    toy = Qwen2VLForConditionalGeneration(config)
    toy.generation_config = GenerationConfig(eos_token_id=[end_of_turn, end_of_text], pad_token_id=end_of_text)
    return toy
