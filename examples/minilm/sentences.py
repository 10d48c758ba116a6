"""What the example encodes: several topics, most of them said twice in other words, from nothing to a paragraph."""

SENTENCES = [
    "The orchestra rehearsed the slow movement until midnight.",
    "Musicians practised the adagio late into the night.",
    "Heavy rain flooded the lower streets of the town.",
    "After the downpour, water stood knee-deep in the old quarter.",
    "How do I reset my password?",
    "I forgot my login credentials and cannot get into my account.",
    "The vaccine lowered the rate of severe infection by two thirds.",
    "In the trial, people who had been inoculated fell seriously ill far less often.",
    "Simmer the lentils with cumin and garlic, then finish them with lemon.",
    "A recipe for a spiced lentil soup.",
    "The striker scored twice in extra time and sent the visitors home.",
    "Two late goals won the match for the hosts.",
    "The central bank left interest rates unchanged, though it warned that prices were still rising.",
    "The telescope saw a galaxy whose light left it thirteen billion years ago.",
    "A compiler translates a program once, ahead of time, so that nothing has to be interpreted while it runs.",
    # Longer than any tile of tokens is likely to be, so that the others are mostly padding.
    "When the ferry at last came out of the fog, an hour and a half behind its time, the people on the quay had "
    "long stopped talking to each other; a boy was asleep on a heap of nets, two women shared what was left of a "
    "loaf, and the harbour master, who had been looking at his watch every few minutes since noon, put it away in "
    "his coat, walked down the wet stone steps to the landing and called out to the deckhand, as he did every "
    "evening of the year, whether the sea was in a better temper on the other side of the bay.",
    # One token besides the two that mark a sentence's ends.
    "Yes",
    # And none: what is left is the two marks.
    " ",
]
