# Recomputes every verdict of this bundle from its tables, and tells each difference.
#
#     Rscript recompute.R [FOLDER]       FOLDER: where the bundle was unpacked; else the folder of this script
#
# Base R only, no packages: it shares no code with the program that made the bundle, nor with recompute.py. It reads
#
#     data/ratings.csv                                  what each expert answered
#     data/protocols.csv, criteria.csv, rules.csv, conditions.csv, rounds.csv     the sealed rules
#     data/summaries.csv, verdicts.csv                  what is to be reproduced
#
# It ends with 0 if everything was reproduced, else with 1.
#
# How a verdict comes about. Raters are counted over everyone ("pooled") and in each panel the item was put to. A
# condition compares a statistic of a group with a threshold. A rule holds in a group when all (or any) of its
# conditions hold there, and for the item when it holds in every panel, in any panel, for everyone pooled, or in each
# panel it lists. With fewer raters than its minimum, it cannot be evaluated in the group. The first rule that holds
# gives the verdict. If none does, it is "insufficient" when a rule could not be evaluated, else what the protocol says
# under "otherwise". TRUE, FALSE, and NA for what cannot be said, are used throughout.

# --- Exact numbers ----------------------------------------------------------------------------------------------------
# Nothing may turn on rounding: 7 of 10 is at least 70 %. A fraction is c(numerator, denominator) with a positive
# denominator; both are whole numbers below 2^53, which R holds exactly. NULL is a value that does not exist.

LARGEST <- 2^53

whole <- function(x) {
  if (any(abs(x) >= LARGEST)) stop("numbers too large to be compared exactly")
  x
}

fraction <- function(numerator, denominator = 1) {
  if (denominator < 0) { numerator <- -numerator; denominator <- -denominator }
  a <- abs(numerator); b <- denominator
  while (b > 0) { rest <- a %% b; a <- b; b <- rest }
  whole(c(numerator, denominator) / max(a, 1))
}

plus <- function(x, y) fraction(whole(x[1] * y[2]) + whole(y[1] * x[2]), whole(x[2] * y[2]))
minus <- function(x, y) plus(x, c(-y[1], y[2]))
times <- function(x, y) fraction(whole(x[1] * y[1]), whole(x[2] * y[2]))
over <- function(x, y) times(x, if (y[1] < 0) c(-y[2], -y[1]) else c(y[2], y[1]))
decimal <- function(x) x[1] / x[2]

# -1, 0 or 1
compare <- function(x, y) sign(whole(x[1] * y[2]) - whole(y[1] * x[2]))

# Chance needs numbers as large as 2^n. A natural number of any size is a vector of digits, the last one first.
BASE <- 1e6

carried <- function(x) {
  i <- 1
  while (i <= length(x)) {
    if (x[i] >= BASE) {
      if (i == length(x)) x <- c(x, 0)
      x[i + 1] <- x[i + 1] + x[i] %/% BASE
      x[i] <- x[i] %% BASE
    }
    i <- i + 1
  }
  while (length(x) > 1 && x[length(x)] == 0) x <- x[-length(x)]
  x
}

big_times <- function(x, m) {
  if (m > 1e9) stop("numbers too large to be compared exactly")
  carried(x * m)
}

big_plus <- function(x, y) {
  size <- max(length(x), length(y))
  carried(c(x, rep(0, size - length(x))) + c(y, rep(0, size - length(y))))
}

# Exactly, where m divides x.
big_over <- function(x, m) {
  rest <- 0
  for (i in rev(seq_along(x))) {
    digit <- rest * BASE + x[i]
    x[i] <- digit %/% m
    rest <- digit %% m
  }
  carried(x)
}

big_compare <- function(x, y) {
  if (length(x) != length(y)) return(sign(length(x) - length(y)))
  differing <- which(x != y)
  if (length(differing) == 0) 0 else sign(x[max(differing)] - y[max(differing)])
}

# 2^n, and how many ways there are to choose k of n
coins <- function(n) Reduce(function(x, i) big_times(x, 2), seq_len(n), 1)
ways <- function(n, k) Reduce(function(x, i) big_over(big_times(x, n - k + i), i), seq_len(k), 1)

# --- The tables -------------------------------------------------------------------------------------------------------

# Everything as text. The file begins with the three bytes that mark UTF-8, which are no part of the first heading.
read_table <- function(folder, name) {
  path <- file.path(folder, "data", paste0(name, ".csv"))
  table <- read.csv(path, colClasses = "character", na.strings = character(0), check.names = FALSE, encoding = "UTF-8")
  names(table)[1] <- sub("^(\xef\xbb\xbf|\\.\\.\\.)", "", names(table)[1], useBytes = TRUE)
  table
}

parts <- function(cell) {
  found <- strsplit(cell, ";", fixed = TRUE)[[1]]
  found[found != ""]
}

read_protocols <- function(folder) {
  protocols <- read_table(folder, "protocols")
  criteria <- read_table(folder, "criteria")
  rules <- read_table(folder, "rules")
  conditions <- read_table(folder, "conditions")
  rules <- rules[order(as.numeric(rules$rule)), ]
  conditions <- conditions[order(as.numeric(conditions$condition)), ]
  found <- lapply(seq_len(nrow(protocols)), function(place) {
    own <- protocols[place, ]
    list(
      otherwise = own$otherwise,
      quartiles = as.numeric(own$quartiles),
      criteria = criteria[criteria$protocol == own$protocol, ],
      rules = lapply(which(rules$protocol == own$protocol), function(i) {
        of_rule <- conditions$protocol == own$protocol & conditions$rule == rules$rule[i]
        c(as.list(rules[i, ]), list(conditions = conditions[of_rule, ]))
      })
    )
  })
  setNames(found, protocols$protocol)
}

band_of <- function(criterion, band) {
  first <- criterion[[paste0(band, "_from")]]
  if (first == "") integer(0) else as.numeric(first):as.numeric(criterion[[paste0(band, "_to")]])
}

# One group of raters on one criterion of one item.
count_group <- function(ratings, protocol, key) {
  criterion <- protocol$criteria[protocol$criteria$criterion == key, ]
  points <- as.numeric(criterion$points)
  given <- as.numeric(ratings[ratings != "" & ratings != "unable"])
  if (any(!(given %in% seq_len(points)))) stop("ratings.csv holds a rating that is not a point of its scale")
  counts <- tabulate(given, points)
  list(
    n = sum(counts),
    unable = sum(ratings == "unable"),
    counts = counts,
    low = sum(counts[band_of(criterion, "low")]),
    middle = sum(counts[band_of(criterion, "middle")]),
    high = sum(counts[band_of(criterion, "high")]),
    quartiles = protocol$quartiles
  )
}

# An item's groups, counted when they are first asked for. `rows`: its ratings.
new_item <- function(rows, protocol) {
  item <- new.env()
  item$protocol <- protocol
  item$rows <- rows
  held <- strsplit(rows$panels, ";", fixed = TRUE)
  item$panels <- sort(setdiff(unique(unlist(held)), ""))
  item$held <- held
  item$groups <- list()
  item
}

group_of <- function(item, key, name) {
  place <- paste(key, name, sep = "\n")
  if (is.null(item$groups[[place]])) {
    within <- if (name == "pooled") TRUE else vapply(item$held, function(panels) name %in% panels, TRUE)
    ratings <- item$rows$rating[item$rows$criterion == key & within]
    item$groups[[place]] <- count_group(ratings, item$protocol, key)
  }
  item$groups[[place]]
}

# --- The statistics that rules may name -------------------------------------------------------------------------------

percent <- function(count, n) if (n > 0) fraction(100 * count, n)

# By definition 6, 7 or 8 of Hyndman and Fan (1996), linear between neighbours.
quantile_of <- function(group, p) {
  n <- group$n
  if (n == 0) return(NULL)
  values <- rep(seq_along(group$counts), group$counts)
  shift <- switch(as.character(group$quartiles),
    "6" = p,
    "7" = minus(c(1, 1), p),
    "8" = over(plus(c(1, 1), p), c(3, 1)),
    stop("unknown definition of quartiles")
  )
  place <- plus(times(c(n, 1), p), shift)
  below <- place[1] %/% place[2]
  lower <- values[min(max(below, 1), n)]
  upper <- values[min(max(below + 1, 1), n)]
  plus(c(lower, 1), times(fraction(place[1] %% place[2], place[2]), c(upper - lower, 1)))
}

median_of <- function(group) quantile_of(group, c(1, 2))

iqr_of <- function(group) {
  if (group$n > 0) minus(quantile_of(group, c(3, 4)), quantile_of(group, c(1, 4)))
}

# RAND/UCLA: ratings in each outer third that make disagreement; the manual's table as a formula.
rand_threshold <- function(n) max(1, (n + 1) %/% 3)

rand_disagreement <- function(group) {
  if (group$n > 0) c(as.numeric(min(group$low, group$high) >= rand_threshold(group$n)), 1)
}

# Fewer than the threshold outside the third (1-3, 4-6, 7-9) of the median; 3.5 and 6.5 go up.
rand_agreement <- function(group) {
  if (group$n == 0) return(NULL)
  third <- (ceiling(decimal(median_of(group))) - 1) %/% 3
  inside <- sum(group$counts[3 * third + 1:3])
  c(as.numeric(group$n - inside < rand_threshold(group$n)), 1)
}

# RAND/UCLA: the range from the 30th to the 70th percentile over the same adjusted for symmetry (IPRAS).
disagreement_index <- function(group) {
  if (group$n == 0) return(NULL)
  p30 <- quantile_of(group, c(3, 10))
  p70 <- quantile_of(group, c(7, 10))
  asymmetry <- minus(c(5, 1), over(plus(p30, p70), c(2, 1)))
  asymmetry[1] <- abs(asymmetry[1])
  over(minus(p70, p30), plus(c(47, 20), times(c(3, 2), asymmetry)))
}

ipras_disagreement <- function(group) {
  if (group$n > 0) c(as.numeric(compare(disagreement_index(group), c(1, 1)) > 0), 1)
}

# Content validity ratio (Lawshe 1975).
cvr <- function(group) if (group$n > 0) fraction(2 * group$high - group$n, group$n)

# Ayre and Scally (2014): the CVR of the smallest number that a coin reaches with probability 0.05 at most.
cvr_critical <- function(n) {
  if (n == 0) return(NULL)
  tail <- 0
  critical <- n + 1
  own <- 1 # ways to choose critical - 1 of n
  while (critical > 0 && big_compare(big_times(big_plus(tail, own), 20), coins(n)) <= 0) {
    critical <- critical - 1
    tail <- big_plus(tail, own)
    own <- big_over(big_times(own, critical), n - critical + 1)
  }
  if (critical <= n) fraction(2 * critical - n, n)
}

icvi <- function(group) if (group$n > 0) fraction(group$high, group$n)

# I-CVI corrected for chance (Polit, Beck and Owen 2007), compared with p/q: (A/n - C/T) / (1 - C/T) with T = 2^n and
# C = ways(n, A). Multiplied by n q (T - C), which is positive, and with everything negative on the other side:
# A q T + [p n C] against q n C + [p n T] for p >= 0.
compare_modified_kappa <- function(group, threshold) {
  n <- group$n
  total <- coins(n)
  chance <- ways(n, group$high)
  p <- threshold[1]
  q <- threshold[2]
  left <- big_times(total, group$high * q)
  right <- big_times(chance, q * n)
  if (p >= 0) {
    left <- big_plus(left, big_times(chance, p * n))
    right <- big_plus(right, big_times(total, p * n))
  } else {
    left <- big_plus(left, big_times(total, -p * n))
    right <- big_plus(right, big_times(chance, -p * n))
  }
  big_compare(left, right)
}

STATISTICS <- list(
  percent_low = function(group) percent(group$low, group$n),
  percent_middle = function(group) percent(group$middle, group$n),
  percent_high = function(group) percent(group$high, group$n),
  median = median_of,
  iqr = iqr_of,
  rand_disagreement = rand_disagreement,
  rand_agreement = rand_agreement,
  ipras_disagreement = ipras_disagreement,
  disagreement_index = disagreement_index,
  cvr = cvr,
  icvi = icvi
)
KNOWN <- c(names(STATISTICS), "modified_kappa")

# APMO: of all opinions of the round in the group, the percent that are with a majority of their item.
average_of_majorities <- function(items, key, name) {
  majority <- 0
  opinions <- 0
  for (item in items) {
    if (name == "pooled" || name %in% item$panels) {
      group <- group_of(item, key, name)
      sides <- c(group$high, group$low)
      majority <- majority + sum(sides[2 * sides > group$n])
      opinions <- opinions + group$n
    }
  }
  percent(majority, opinions)
}

# --- The rules --------------------------------------------------------------------------------------------------------

# All of them, or any; NA when what is not known could have mattered or was asked for.
combine <- function(results, any_will_do) {
  if (any_will_do && any(results, na.rm = TRUE)) return(TRUE)
  if (anyNA(results)) return(NA)
  if (any_will_do) any(results) else all(results)
}

# `judge` has the items of one round, because APMO looks at all of them.
new_judge <- function(items) {
  judge <- new.env()
  judge$items <- items
  judge$averages <- list()
  judge
}

threshold_of <- function(judge, condition, key, name, n) {
  if (condition$named == "critical") return(cvr_critical(n))
  if (condition$named != "apmo") return(fraction(as.numeric(condition$numerator), as.numeric(condition$denominator)))
  place <- paste(key, name, sep = "\n")
  if (is.null(judge$averages[[place]])) {
    judge$averages[[place]] <- list(average_of_majorities(judge$items, key, name))
  }
  judge$averages[[place]][[1]]
}

condition_holds <- function(judge, condition, key, group, name) {
  threshold <- threshold_of(judge, condition, key, name, group$n)
  if (group$n == 0 || is.null(threshold)) return(NA)
  difference <- if (condition$statistic == "modified_kappa") {
    compare_modified_kappa(group, threshold)
  } else {
    compare(STATISTICS[[condition$statistic]](group), threshold)
  }
  switch(condition$comparison,
    at_least = difference >= 0,
    at_most = difference <= 0,
    above = difference > 0,
    below = difference < 0,
    stop("unknown comparison")
  )
}

holds_in <- function(judge, rule, item, name) {
  group <- group_of(item, rule$criterion, name)
  if (group$n < as.numeric(rule$minimum_raters)) return(NA)
  results <- vapply(
    seq_len(nrow(rule$conditions)),
    function(i) condition_holds(judge, rule$conditions[i, ], rule$criterion, group, name),
    NA
  )
  combine(results, rule$mode == "any")
}

rule_holds <- function(judge, rule, item) {
  groups <- switch(rule$panels,
    pooled = "pooled",
    listed = intersect(parts(rule$listed), item$panels),
    item$panels
  )
  # Put to panels, but to none of these: the rule does not apply. Put to no panel: unknown.
  if (length(groups) == 0) return(if (length(item$panels) > 0) FALSE else NA)
  combine(vapply(groups, function(name) holds_in(judge, rule, item, name), NA), rule$panels == "any")
}

# The verdict, and the place of the rule that gave it ("" for none).
verdict_of <- function(judge, item) {
  lacking <- FALSE
  for (rule in item$protocol$rules) {
    holds <- rule_holds(judge, rule, item)
    if (isTRUE(holds)) return(c(rule$verdict, rule$rule))
    lacking <- lacking || is.na(holds)
  }
  c(if (lacking) "insufficient" else item$protocol$otherwise, "")
}

# --- What is compared -------------------------------------------------------------------------------------------------

numbers_of <- function(group) {
  exact <- list(
    percent_low = percent(group$low, group$n),
    percent_middle = percent(group$middle, group$n),
    percent_high = percent(group$high, group$n),
    median = median_of(group),
    q1 = quantile_of(group, c(1, 4)),
    q3 = quantile_of(group, c(3, 4)),
    iqr = iqr_of(group)
  )
  list(
    counted = c(
      n = group$n, unable = group$unable, counts = paste(group$counts, collapse = ";"),
      low = group$low, middle = group$middle, high = group$high
    ),
    exact = exact
  )
}

# R reads decimals to about the last digit; recompute.py compares the last one too.
same_number <- function(exact, cell) {
  if (is.null(exact)) return(cell == "")
  cell != "" && abs(decimal(exact) - as.numeric(cell)) <= 1e-12 * max(1, abs(decimal(exact)))
}

shown <- function(text) if (is.null(text) || text == "") "nothing" else text

differing_numbers <- function(summaries, items) {
  found <- character(0)
  for (i in seq_len(nrow(summaries))) {
    row <- as.list(summaries[i, ])
    item <- items[[paste(row$round, row$item, sep = "\n")]]
    where <- sprintf("Round %s, item %s", row$round, row$item)
    if (is.null(item)) {
      found <- c(found, sprintf("%s: summaries.csv has numbers, but there is no such verdict", where))
      next
    }
    told <- numbers_of(group_of(item, row$criterion, row$group))
    where <- sprintf("%s, %s, %s", where, row$criterion, row$group)
    for (name in names(told$counted)) {
      if (told$counted[[name]] != row[[name]]) {
        line <- "%s: %s is %s, summaries.csv says %s"
        found <- c(found, sprintf(line, where, name, told$counted[[name]], shown(row[[name]])))
      }
    }
    for (name in c("percent_low", "percent_middle", "percent_high", "median", "q1", "q3", "iqr")) {
      if (!same_number(told$exact[[name]], row[[name]])) {
        own <- if (is.null(told$exact[[name]])) NULL else paste(told$exact[[name]], collapse = "/")
        found <- c(found, sprintf("%s: %s is %s, summaries.csv says %s", where, name, shown(own), shown(row[[name]])))
      }
    }
  }
  found
}

ruled <- function(verdict, rule) {
  if (rule == "") sprintf("%s (no rule held)", verdict) else sprintf("%s (rule %s)", verdict, rule)
}

main <- function(folder) {
  protocols <- read_protocols(folder)
  rounds <- read_table(folder, "rounds")
  verdicts <- read_table(folder, "verdicts")
  ratings <- read_table(folder, "ratings")
  in_force <- setNames(rounds$protocol, rounds$round)

  places <- paste(ratings$round, ratings$item, sep = "\n")
  rows_of <- split(seq_along(places), factor(places, unique(places)))
  asked <- paste(verdicts$round, verdicts$item, sep = "\n")
  items <- lapply(union(asked, names(rows_of)), function(place) {
    rows <- if (is.null(rows_of[[place]])) integer(0) else rows_of[[place]]
    number <- strsplit(place, "\n", fixed = TRUE)[[1]][1]
    new_item(ratings[rows, c("criterion", "panels", "rating")], protocols[[in_force[[number]]]])
  })
  names(items) <- union(asked, names(rows_of))
  number_of <- sub("\n.*", "", names(items))
  judges <- lapply(split(items, number_of), new_judge)

  problems <- differing_numbers(read_table(folder, "summaries"), items)
  reproduced <- 0
  recomputable <- verdicts$recomputable == "true"
  for (i in which(recomputable)) {
    row <- as.list(verdicts[i, ])
    where <- sprintf("Round %s, item %s", row$round, row$item)
    item <- items[[asked[i]]]
    unknown <- setdiff(unlist(lapply(item$protocol$rules, function(rule) rule$conditions$statistic)), KNOWN)
    if (length(unknown) > 0) {
      line <- sprintf("%s: a rule uses %s, not recomputed here", where, paste(sort(unknown), collapse = ", "))
      problems <- c(problems, line)
      next
    }
    found <- verdict_of(judges[[row$round]], item)
    if (all(found == c(row$verdict, row$deciding_rule))) {
      reproduced <- reproduced + 1
    } else {
      line <- "%s: the ratings give %s, verdicts.csv says %s"
      problems <- c(problems, sprintf(line, where, ruled(found[1], found[2]), ruled(row$verdict, row$deciding_rule)))
    }
  }
  for (place in setdiff(names(rows_of), asked)) {
    named <- strsplit(place, "\n", fixed = TRUE)[[1]]
    problems <- c(problems, sprintf("Round %s, item %s: ratings, but no verdict", named[1], named[2]))
  }

  if (length(problems) > 0) writeLines(problems)
  writeLines(sprintf("%d of %d verdicts reproduced.", as.integer(reproduced), sum(recomputable)))
  if (any(!recomputable)) {
    line <- "%d more cannot be recomputed from this bundle: they rest on panels too small to be shown."
    writeLines(sprintf(line, sum(!recomputable)))
  }
  as.integer(length(problems) > 0)
}

own_folder <- function() {
  own <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  if (length(own) > 0) dirname(own[1]) else "."
}

given <- commandArgs(TRUE)
quit(status = main(if (length(given) > 0) given[1] else own_folder()))
