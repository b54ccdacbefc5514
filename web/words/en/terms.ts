/** One line on each term of the field. */
export const terms = {
  ndcg: "How well a list finds what people took next: 1 is perfect, and hits further up count more.",
  recall: "The share of what people took next that the list has.",
  precision: "The share of the list that people took next.",
  map: "The mean precision at each hit: high if the hits stand at the top.",
  mrr: "How high the first hit stands: 1 for the first place, 1/2 for the second.",
  hit: "The share of people whose list has at least one hit.",
  catalogCoverage: "The share of all items that appear in somebody's list.",
  popularLists: "Lists that nothing a person did could choose: a new or unnamed person gets what is popular.",
  gini: "How unevenly items appear in lists: 0 if all appear alike, near 1 if a few appear everywhere.",
  entropy: "How many different items the lists show, by how often each appears. Higher is more varied.",
  novelty: "How unknown the recommended items are. Higher for items that few people have.",
  holdout:
    "Interactions set aside before training. No trial has seen them, so they show how good a model really is.",
  validation: "A part of the data on which trials are compared. The final test uses another part.",
  trial: "One attempt: an algorithm with one choice of settings, trained and scored.",
  stoppedEarly: "A trial that was clearly behind the others, and was ended to save time.",
  confidenceInterval: "The true value lies in this range in 95 of 100 cases.",
  pairedDifference:
    "Both models are scored on the same people, and people are drawn again and again. If the 95% range holds 0, there is no clear difference.",
  headAndTail: "The head is the few items that make 80% of all interactions. The tail is all the others.",
  coldStart: "Items and people without interactions so far: a model must place them by other facts.",
  blend: "Several algorithms together: their scores are added, each with its weight.",
  density: "The share of all pairs of a user and an item that have an interaction.",
};
