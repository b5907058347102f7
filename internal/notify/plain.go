package notify

import (
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// plain makes every text of a notification one visible line: a name or a server's answer with a line end in it would
// otherwise begin a header of a mail, or a line that seems to be ours.
func plain(n farm.Notification) farm.Notification { return eachText(n, farm.Visible) }

// mentions replaces what chat services act on with characters that look like it: @channel and <!channel> call everybody,
// <address|text> and [text](address) hide where a link goes.
var mentions = strings.NewReplacer("@", "＠", "<", "‹", ">", "›", "](", "] (")

// forChat takes from a notification's texts what a chat service would act on. Commands that can be copied have none of it:
// the rollout's own check lets no name have one.
// What nobody sees is taken out first, or it would part what it keeps apart only here.
func forChat(n farm.Notification) farm.Notification {
	return eachText(n, func(s string) string { return mentions.Replace(farm.Visible(s)) })
}

// eachText applies a function to every text that comes from farms or people.
func eachText(n farm.Notification, do func(string) string) farm.Notification {
	for _, s := range []*string{&n.Rollout, &n.Farm, &n.Site, &n.Server, &n.Subject, &n.Title, &n.Advice} {
		*s = do(*s)
	}
	n.Phase, n.Outcome = farm.Phase(do(string(n.Phase))), farm.Outcome(do(string(n.Outcome)))
	n.Facts, n.Choices, n.Eligible, n.Commands = slices.Clone(n.Facts), slices.Clone(n.Choices), slices.Clone(n.Eligible), slices.Clone(n.Commands)
	for i := range n.Facts {
		n.Facts[i].Label, n.Facts[i].Text = do(n.Facts[i].Label), do(n.Facts[i].Text)
	}
	for i := range n.Choices {
		n.Choices[i] = farm.Choice(do(string(n.Choices[i])))
	}
	for i := range n.Eligible {
		n.Eligible[i] = do(n.Eligible[i])
	}
	for i := range n.Commands {
		n.Commands[i] = do(n.Commands[i])
	}
	return n
}
