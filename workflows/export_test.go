package workflows

// Bounded is a farm's result as its rollout keeps it.
var Bounded = bounded
