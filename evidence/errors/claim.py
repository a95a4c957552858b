"""Error codes of the claim room, and of the rates and court fees it reckons with."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

# Data of an account that cannot be true. No figure is made for such an account.
ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "claim.two-owners",
        ExitCode.INPUT,
        "{account} is billed to two owners for {period}: {first} and {second}.",
        "Say in the case who owned it when, and correct the ledger; one period of one home has one debtor.",
        "A demand to the wrong person interrupts nothing and discloses somebody else's debts. Co-owners are recorded in the case, not as a second account.",
    ),
    ErrorSpec(
        "claim.periods-overlap",
        ExitCode.INPUT,
        "{account} is billed twice for {item}: {first} and {second} overlap.",
        "Correct one of the two rows in the ledger.",
        "Days billed twice are a duplicate charge, against which the owner has a defence (物业服务纠纷解释 2).",
    ),
    ErrorSpec(
        "claim.period-before-contract",
        ExitCode.INPUT,
        "{account}: {item} for {period} begins before the contract, which runs from {day}.",
        "Record the earlier contract in the case, or correct the period in the ledger.",
        "Fees are owed under a contract; a period that none covers has no basis (民法典 938, 939).",
    ),
    ErrorSpec(
        "claim.area-zero",
        ExitCode.INPUT,
        "{account}: {item} for {period} was reckoned from an area of {area}.",
        "Correct the area in the ledger, or leave the cell blank where the fee is not by area.",
    ),
    ErrorSpec(
        "claim.amount-not-usable",
        ExitCode.INPUT,
        "{account}: {item} for {period} has an amount that cannot be reckoned with: {amount}.",
        "Billed and paid must be whole fen in the account's currency, not negative, and paid not above billed.",
    ),
    ErrorSpec(
        "claim.event-amount",
        ExitCode.INPUT,
        "{account}: {event} has an amount that cannot be reckoned with: {amount}.",
        "Amounts of events are whole fen in the account's currency and above zero.",
    ),
    ErrorSpec(
        "claim.event-foreign",
        ExitCode.INPUT,
        "{event} belongs to {other}, not to {account}.",
        "Record it with the account it concerns.",
    ),
    ErrorSpec(
        "claim.event-twice",
        ExitCode.INPUT,
        "{account}: {event} is recorded twice.",
        "Remove one, or give the second its own number if it really happened twice.",
        "A payment counted twice makes the claim too small, a charge counted twice too big.",
    ),
    ErrorSpec(
        "claim.payment-before-charge",
        ExitCode.INPUT,
        "{account}: payment {event} of {day} is older than anything billed; the first period begins on {first}.",
        "Add the periods it paid for to the ledger, or record what the owner designated it for.",
        "A payment older than every charge was for a debt that is not in this ledger, or was made in advance. Which of the two decides the claim, so it is asked and not guessed.",
    ),
    ErrorSpec(
        "claim.designation-payment",
        ExitCode.INPUT,
        "{account}: a designation names payment {event}, which is not recorded.",
        "Correct the payment's number, or import the payment.",
    ),
    ErrorSpec(
        "claim.designation-twice",
        ExitCode.INPUT,
        "{account}: payment {event} has two designations.",
        "Keep the one made when paying, and record the other as a note.",
        "The debtor designates when paying (民法典 560); a second word cannot change it without the creditor.",
    ),
    ErrorSpec(
        "claim.target-unclear",
        ExitCode.INPUT,
        "{account}: {event} fits {count} charges of the ledger.",
        "Name item and period as the ledger does: at least one charge, and exactly one where a sum is changed.",
    ),
    ErrorSpec(
        "claim.correction-below-zero",
        ExitCode.INPUT,
        "{account}: the corrections of {period} leave less billed than was paid or than zero.",
        "Check the corrections; what was paid too much is a credit, recorded with the payment it came from.",
    ),
    ErrorSpec(
        "claim.waiver-exceeds",
        ExitCode.INPUT,
        "{account}: waiver {event} gives up {amount} of {period}, where only {open} was open that day.",
        "Correct the amount. If the waiver stands in the case file, take it back and record the right one: `evidence case set "
        "ACCOUNT cancel entry=NUMBER reason=…`.",
    ),
    ErrorSpec(
        "claim.late-not-known",
        ExitCode.BLOCKED,
        "{account}: {event} needs the late charge of {period}, which cannot be figured.",
        "Give the contract's rate, or add the missing reference rates with evidence law rates add.",
    ),
    ErrorSpec(
        "claim.payments-missing",
        ExitCode.INPUT,
        "{account}: the ledger says {booked} was paid up to {day}, but the payments recorded to that day come to {received}.",
        "If the ledger was exported before these payments came in, import it with its own last day: `evidence import "
        "LEDGER --until {eve} --payments FILE`. Else import the missing payments as well, all files at once; or take only "
        "those later than the ledger: --after-ledger.",
        "Which of the ledger's payments are those recorded cannot be told from two sums. Once one payment up to the "
        "ledger's day is recorded, all of them are needed, so that none counts twice and none is claimed again.",
    ),
    ErrorSpec(
        "claim.payments-not-booked",
        ExitCode.INPUT,
        "{account}: payments of {received} were received up to {day}, but the ledger has booked {booked}.",
        "Import a newer ledger; or, if it was exported earlier, import it with that day: --until DATE. A payment for a "
        "period it never had is told by a designation: `evidence case event ACCOUNT designation payment=ENTRY period=…`.",
        "A payment the ledger lost is an error, not a silent change.",
    ),
    ErrorSpec(
        "claim.unbalanced",
        ExitCode.PARTIAL,
        "{account} does not balance at {what}: {amount}.",
        "Nothing is written for this owner. Please report this with the account's events.",
        "Billed less waived less paid must be what is owed, and the parts of every payment must sum to it.",
    ),
)

# Facts of a replay to look at.
ROWS += (
    ErrorSpec(
        "claim.paid-undated",
        ExitCode.DONE,
        "{account}: {amount} was paid on days the ledger does not tell; it is treated as paid on time.",
        "Import the payments with their days; the late charge can then only become higher.",
    ),
    ErrorSpec(
        "claim.payment-aside",
        ExitCode.DONE,
        "{account}: payment {event} of {day} ({amount}) was for {period}, which the ledger does not bill; it is left aside.",
        "If it was meant for a period of this ledger, correct what the payer said it was for.",
        "民法典 560: the debtor says which debt a payment settles. One for a period that is not billed here, settled long ago "
        "or still to come, reduces nothing that is.",
    ),
    ErrorSpec(
        "claim.designation-late",
        ExitCode.DONE,
        "{account}: the designation of payment {event} came on {day}, after it was made, and does not bind.",
        "If the creditor agreed to it, record that.",
        "民法典 560: the debtor designates when paying; later it takes an agreement.",
    ),
    ErrorSpec(
        "claim.designation-settled",
        ExitCode.DONE,
        "{account}: payment {event} ({amount}) was for {period}, of which nothing was owed any more; it goes where the law "
        "puts it instead.",
        "Ask the payer what it was for, and record that: evidence case event {account} designation payment=ENTRY "
        "period=…; or return it.",
        "民法典 560: the debtor designates one of the debts there are. Where the one named is settled, the payment goes to "
        "what is due, the oldest first, and what exceeds all debts is the owner's.",
    ),
    ErrorSpec(
        "claim.allocation-differs",
        ExitCode.DONE,
        "{account}: the ledger books payments otherwise than the law allocates them, in {count} periods, first {period}.",
        "Look whether the owner designated the payments, and record it; the claim follows 民法典 560 and 561.",
    ),
)

# Rates.
ROWS += (
    ErrorSpec(
        "claim.rate-bare",
        ExitCode.USAGE,
        "The rate {given} has no unit.",
        "Write it as the contract does: 日万分之五, 0.05%/日, 年利率6%.",
        "0.5 may be 0.5 % or 50 %, a day or a year: factors of 100 and 365. It is never guessed.",
    ),
    ErrorSpec(
        "claim.rate-period",
        ExitCode.USAGE,
        "The clause does not say what time its rate is for: {given}.",
        "Add per day or per year, as the contract says.",
    ),
    ErrorSpec(
        "claim.rate-month",
        ExitCode.USAGE,
        "A rate per month is not reckoned with: {given}.",
        "State it per year or per day, as the parties understood it, and quote the clause beside it.",
        "Months differ in length; whether a month is a twelfth of a year or thirty days is for the parties.",
    ),
    ErrorSpec(
        "claim.rate-ambiguous",
        ExitCode.USAGE,
        "The clause states more than one rate: {given}.",
        "Give the one that applies to the property fee.",
    ),
    ErrorSpec(
        "claim.rate-condition",
        ExitCode.USAGE,
        "The clause says more than a rate ({words}): {given}.",
        "Give the rate alone, such as 日万分之五. A later beginning belongs into late_from, a cap at the principal "
        "into late_cap_principal; margins in basis points and other tenors of the LPR cannot be reckoned.",
    ),
    ErrorSpec(
        "claim.rate-unreadable",
        ExitCode.USAGE,
        "No rate can be read from: {given}.",
        "Write it as the contract does: 日万分之五, 日千分之三, 年利率6%, LPR的1.3倍.",
    ),
    ErrorSpec(
        "claim.rate-implausible",
        ExitCode.USAGE,
        "A rate of {rate} cannot be meant ({given}).",
        "Correct it; 0.5 is often written for 0.5 %, and a rate per year for one per day.",
        "Above one per cent a day (365 % a year) a rate is taken for a slip of the pen. No figure is made from it.",
    ),
    ErrorSpec(
        "claim.rate-not-exact",
        ExitCode.USAGE,
        "The rate {rate} has more decimals than can be reckoned with exactly.",
        "Use at most twelve decimals.",
    ),
    ErrorSpec(
        "claim.rate-own-missing",
        ExitCode.USAGE,
        "A rate of one's own is to be claimed, but none is given.",
        "Give the rate to claim, or claim by the contract.",
    ),
    ErrorSpec(
        "claim.rate-after",
        ExitCode.BLOCKED,
        "Not available after {day}, add with evidence law rates add.",
        "Look up the rates published since, and add them with their source.",
        "A rate table ends on the last day somebody checked. It is never carried on, since nobody knows what was published afterwards.",
    ),
    ErrorSpec(
        "claim.rate-before",
        ExitCode.BLOCKED,
        "Not available before {day}.",
        "The reference rate was first published then; for earlier breaches claim by the contract, or ask a lawyer.",
        "Before 2019-08-20 买卖合同解释 18(4) points to the benchmark lending rate of the People's Bank, which is not carried here.",
    ),
    ErrorSpec(
        "claim.rate-series",
        ExitCode.USAGE,
        "There is no series of rates called {series}.",
        "Known are: {known}.",
    ),
    ErrorSpec(
        "claim.rate-implausible-percent",
        ExitCode.USAGE,
        "{percent} cannot be the rate of {series} from {day} in per cent.",
        "Give per cent a year, between {lowest} and {highest}: 3.00 for three per cent.",
    ),
    ErrorSpec(
        "claim.rate-checked-early",
        ExitCode.USAGE,
        "The rate of {series} from {day} was checked on {checked}, before it began.",
        "Give the day on which you looked it up.",
    ),
    ErrorSpec(
        "claim.rate-conflict",
        ExitCode.USAGE,
        "{percent} from {day} contradicts the table of {series}, which has {known} for that day.",
        "Check the publication. A verified row is changed in the pack, with its source, not by an addition.",
    ),
    ErrorSpec(
        "claim.rate-gap",
        ExitCode.USAGE,
        "Between {until} and {day} other rates of {series} may have been published.",
        "Add those too, or say that nothing changed in between.",
        "The rate is published every month. A gap filled by assumption would be a figure nobody checked.",
    ),
    ErrorSpec(
        "claim.no-rates",
        ExitCode.MISSING,
        "There are no rates for the law of {jurisdiction}.",
        "Claim by the contract's own rate, or add a pack of rates.",
    ),
)

# What is to be said about a late charge: rules R21 to R23.
ROWS += (
    ErrorSpec(
        "claim.late-due-unknown",
        ExitCode.DONE,
        "{count} overdue charges have no due date, so they bear no late charge here.",
        "Put the due date of the contract into the ledger.",
    ),
    ErrorSpec(
        "claim.late-no-clause",
        ExitCode.BLOCKED,
        "A contractual late charge is claimed for {items}, but there is no clause for it.",
        "Record the clause, or claim the loss by the reference rate instead.",
        "违约金 must be agreed (民法典 585). Without a clause the loss is claimed (577, 584), by LPR (买卖合同解释 18(4), by reference).",
    ),
    ErrorSpec(
        "claim.late-own-above-contract",
        ExitCode.BLOCKED,
        "{own} % a year is claimed for {items}, more than the {contract} % of the contract.",
        "Claim at most what the contract gives.",
    ),
    ErrorSpec(
        "claim.late-factor-beyond",
        ExitCode.DONE,
        "{factor} times the reference rate is claimed for {items}; the rule goes up to {high}.",
        "Stay within 30 to 50 % above LPR, or be ready to prove a higher loss.",
        "买卖合同解释 18(4): LPR plus 30 to 50 %.",
    ),
    ErrorSpec(
        "claim.late-above-reference",
        ExitCode.DONE,
        "The rate claimed is up to {times} times LPR in {count} periods, above {factor}.",
        "Expect a request to reduce it; claiming a lower rate may be wiser.",
        "More than 30 % above the loss is as a rule excessive, on the debtor's request (民法典 585(2), 合同编通则解释 65). If the loss is interest at LPR, that is 1.3 × LPR.",
    ),
    ErrorSpec(
        "claim.late-far-above-reference",
        ExitCode.DONE,
        "The rate claimed is up to {times} times LPR, far above {factor}; {count} periods are above 1.3.",
        "Consider claiming a lower rate: courts reduce such charges on request, some to nothing.",
        "Four times LPR is the ceiling of private lending, which does not govern property fees but is used as a yardstick.",
    ),
    ErrorSpec(
        "claim.late-above-principal",
        ExitCode.DONE,
        "The late charge of {late} is more than the principal of {principal}.",
        "Consider claiming no more than the principal.",
    ),
    ErrorSpec(
        "claim.late-reference-unknown",
        ExitCode.DONE,
        "For {count} periods the rate claimed cannot be compared with LPR, which is not known for the day of breach.",
        "Add the missing rates with evidence law rates add.",
    ),
    ErrorSpec(
        "claim.late-rate-ended",
        ExitCode.DONE,
        "1.3 × LPR is not available after {day} ({count} periods); add with evidence law rates add.",
        "Look up the rates published since, and add them with their source.",
        "Only the line at 1.3 × LPR is missing; a claim by the contract's own rate does not rest on it.",
    ),
    ErrorSpec(
        "claim.late-rate-not-begun",
        ExitCode.DONE,
        "1.3 × LPR is not available before {day} ({count} periods).",
        "The reference rate was first published then.",
    ),
    ErrorSpec(
        "claim.late-claim-rests-on-rate",
        ExitCode.BLOCKED,
        "The late charge claimed rests on {series}, which is not known for {count} periods: {periods}.",
        "Add the rates with evidence law rates add, or claim no late charge for these periods.",
        "A claim is never reckoned with a rate nobody has looked up.",
    ),
    ErrorSpec(
        "claim.late-rate-unverified",
        ExitCode.DONE,
        "Rates used from these days have not been verified: {days}.",
        "Compare them with the publication, and add them with their source.",
    ),
)

# Instalment plans.
ROWS += (
    ErrorSpec(
        "claim.rate-two-sources",
        ExitCode.DONE,
        "Two rates of late charge: {rate} in the case file ({entry}), {configured} in evidence.toml. The case file decides.",
        "Look into the contract and correct the wrong one, the entry or [contract] late_rate, before a letter goes out. Where "
        "letters or agreements already say {configured}, ask the lawyer first.",
        "An owner who holds two letters with two rates has an argument against both.",
    ),
    ErrorSpec(
        "claim.plan-too-many",
        ExitCode.USAGE,
        "{total} cannot be paid in {count} instalments.",
        "Choose at least one instalment, and no more than there are fen.",
    ),
    ErrorSpec(
        "claim.plan-amount",
        ExitCode.USAGE,
        "{total} cannot be paid in instalments of {amount}.",
        "Give an amount above zero that ends the plan within fifty years.",
    ),
    ErrorSpec(
        "claim.plan-one-instalment",
        ExitCode.USAGE,
        "{account}: these terms pay {total} in one instalment, which is no payment by instalments.",
        "Give a smaller --amount, or two --dates at least; who pays all at once needs a demand and no agreement.",
    ),
    ErrorSpec(
        "claim.plan-dates",
        ExitCode.USAGE,
        "Of the dates of the plan, {day} is not later than {before}.",
        "Give each instalment a later date than the one before, the first none before the day of the agreement.",
    ),
    ErrorSpec(
        "claim.plan-no-dates",
        ExitCode.USAGE,
        "The plan names no dates.",
        "Give each instalment a date.",
    ),
    ErrorSpec(
        "claim.plan-sum",
        ExitCode.USAGE,
        "The instalments add up to {planned}, but {total} is to be paid.",
        "Change the amounts; what is restated as late charge is part of the sum, what is kept or waived is not.",
    ),
    ErrorSpec(
        "claim.plan-avoided",
        ExitCode.USAGE,
        "An instalment would fall due on {day}, a day on which nobody is asked to pay.",
        "Choose another day, such as {next}.",
    ),
    ErrorSpec(
        "claim.plan-no-day",
        ExitCode.USAGE,
        "No day is free for an instalment within {days} days of {day}.",
        "Check the calendar of days to avoid.",
    ),
    ErrorSpec(
        "claim.plan-no-acceleration",
        ExitCode.DONE,
        "The plan does not say when the whole rest falls due.",
        "Add a clause: one fifth overdue or two instalments missed, a demand, fifteen days.",
        "There is no general right to the whole rest; without a clause only what is overdue can be claimed (民法典 578, 634).",
    ),
    ErrorSpec(
        "claim.plan-acceleration-harsh",
        ExitCode.DONE,
        "The plan makes the whole rest fall due sooner than 民法典 634 would.",
        "One fifth overdue or two instalments missed, a demand, and fifteen days are safe.",
        "A clause harsher than 634(1) may be void where it harms the debtor (买卖合同解释 27, by reference).",
    ),
    ErrorSpec(
        "claim.plan-few-instalments",
        ExitCode.DONE,
        "With {count} instalments the plan is no payment by instalments in the sense of 民法典 634.",
        "Rely on the plan's own clause for acceleration; 634 speaks of three instalments or more.",
    ),
)

# Court fees and tracks.
ROWS += (
    ErrorSpec(
        "claim.fee-amount",
        ExitCode.USAGE,
        "There is no court fee for a claim of {amount}.",
        "Give a sum above zero.",
    ),
    ErrorSpec(
        "claim.fee-ground",
        ExitCode.USAGE,
        "The fee schedule knows no ground {given} for half a fee.",
        "Known are: {known}.",
    ),
    ErrorSpec(
        "claim.fee-not-known",
        ExitCode.MISSING,
        "The fee schedule has no fee for this: {what}.",
        "Ask the court, or add it to the schedule with its source.",
    ),
    ErrorSpec(
        "claim.no-fee-schedule",
        ExitCode.MISSING,
        "There is no schedule of court fees for the law of {jurisdiction} on {day}.",
        "Ask the court, or add a schedule with its source.",
    ),
    ErrorSpec(
        "claim.track-arbitration",
        ExitCode.BLOCKED,
        "The contract has an arbitration clause, so no court takes the case.",
        "Apply for arbitration, or have the clause looked at by a lawyer.",
    ),
    ErrorSpec(
        "claim.track-disputed",
        ExitCode.DONE,
        "A payment order needs a claim without another dispute between the parties ({track}).",
        "Answer open complaints first, or choose another track.",
        "民事诉讼法 225; an objection ends the procedure and the applicant bears its fee (诉讼费用交纳办法 36).",
    ),
    ErrorSpec(
        "claim.track-not-serviceable",
        ExitCode.DONE,
        "A payment order must be served on the debtor ({track}).",
        "Find an address first, or choose another track.",
    ),
    ErrorSpec(
        "claim.track-late-undocumented",
        ExitCode.DONE,
        "In a payment order, late charge needs an agreement in writing ({track}).",
        "File the clause with the application, or leave the late charge out.",
        "民诉法解释 428(2).",
    ),
    ErrorSpec(
        "claim.track-missing",
        ExitCode.DONE,
        "This track is not open against a defendant whose whereabouts are unknown ({track}).",
        "Use the ordinary procedure with service by public notice.",
    ),
    ErrorSpec(
        "claim.track-wage",
        ExitCode.DONE,
        "Whether {track} is open depends on the province's average wage, which is not entered.",
        "Enter the latest published figure with its year and source; none is shipped, because none is verified.",
    ),
    ErrorSpec(
        "claim.track-above-limit",
        ExitCode.DONE,
        "The claim is above the limit of {limit} for {track} ({place}, {year}).",
        "Choose another track.",
    ),
    ErrorSpec(
        "claim.ladder-off",
        ExitCode.DONE,
        "{account}: this office's ladder has no {kind}.",
        "Switch the step on in [ladder] of evidence.toml, or name the account with --account.",
    ),
    ErrorSpec(
        "claim.ladder-plan-kept",
        ExitCode.DONE,
        "{account}: the owner keeps the instalment agreement {letter}.",
        "Nobody is dunned while a plan is kept; record payments as they come in.",
    ),
    ErrorSpec(
        "claim.ladder-served",
        ExitCode.DONE,
        "{account}: letter {letter} says this already.",
        "Serve that letter; the next step follows from its arrival.",
    ),
    ErrorSpec(
        "claim.ladder-formal-stands",
        ExitCode.DONE,
        "{account}: a formal letter went before; a courtesy does not follow it.",
        "The next step is a formal demand for the newer periods.",
    ),
    ErrorSpec(
        "claim.ladder-no-reminder",
        ExitCode.DONE,
        "{account}: no reminder lists {period} yet, and this office's ladder asks for one first.",
        "Issue and serve a reminder, or make it optional in [ladder] of evidence.toml.",
    ),
    ErrorSpec(
        "claim.ladder-no-demand",
        ExitCode.DONE,
        "{account}: no formal demand states what is owed for {period}.",
        "Issue and serve a demand first: a court may ask for one for every period claimed.",
        "A demand that stated less than is owed today does not cover the difference.",
    ),
    ErrorSpec(
        "claim.ladder-no-second-demand",
        ExitCode.DONE,
        "{account}: no second demand lists {period} yet, and this office's ladder asks for one.",
        "Issue and serve a second demand.",
    ),
    ErrorSpec(
        "claim.ladder-not-delivered",
        ExitCode.DONE,
        "{account}: nothing good enough proves that letter {letter} arrived.",
        "Serve it and record the delivery with its proofs: evidence deliver {letter}.",
    ),
    ErrorSpec(
        "claim.ladder-running",
        ExitCode.DONE,
        "{account}: the time letter {letter} gave runs until {day}.",
        "Wait until that day is over; where the day printed in the letter is one of rest, it is the next working day.",
    ),
    ErrorSpec(
        "claim.ladder-too-young",
        ExitCode.DONE,
        "{account}: nothing has been overdue for more than {days} days yet.",
        "The days are reminder_after_days and demand_after_days in [ladder] of evidence.toml.",
    ),
    ErrorSpec(
        "claim.ladder-interval",
        ExitCode.DONE,
        "{account}: letter {letter} went out less than {days} days ago.",
        "The interval is min_interval_days in [ladder] of evidence.toml.",
    ),
    ErrorSpec(
        "claim.ladder-early",
        ExitCode.DONE,
        "{account}: this {kind} goes out before its turn on the ladder, because the account was named.",
        "The reason to wait stands beside this warning; without --account the letter would have waited.",
    ),
    ErrorSpec(
        "claim.letter-festival",
        ExitCode.DONE,
        "{day} is a festival: letters may be made today, and should not be delivered before {next}.",
        "Deliver them from {next} on.",
    ),
    ErrorSpec(
        "claim.contact-festival",
        ExitCode.BLOCKED,
        "{day} is a festival on which owners are left in peace.",
        "Choose another day.",
        "The list stands in the calendar of the jurisdiction's pack. It is courtesy, not law.",
    ),
    ErrorSpec(
        "claim.contact-quiet",
        ExitCode.BLOCKED,
        "On {day} this owner is to be left in peace, as the case file says.",
        "Choose a day after it.",
    ),
    ErrorSpec(
        "claim.pay-by-rest-day",
        ExitCode.DONE,
        "The last day to pay stated in the letters, {day}, is no working day.",
        "It may stand; `policy.days_to_pay` in evidence.toml moves it.",
        "民法典 203 moves the end of a period to the next working day. The ladder waits for that day before its next step.",
    ),
    ErrorSpec(
        "claim.barred-listed",
        ExitCode.DONE,
        "{account}: the letter lists {count} periods whose limitation has run out (last day in brackets): {periods}.",
        "They are listed all the same; the letter claims an interruption only for the periods that still run.",
        "民法典 192, 195: what has run out cannot be interrupted, and the owner may refuse to pay. A promise to pay, or a new "
        "agreement, takes that defence away (时效规定 19).",
    ),
    ErrorSpec(
        "claim.barred-agreed",
        ExitCode.DONE,
        "{account}: the agreement takes over {count} periods whose limitation has run out (last day in brackets): "
        "{periods}.",
        "The agreement says so in bold, and what the owner gives up by signing; tell the owner before they sign.",
        "民法典 192(2), 时效规定 19: whoever agrees to perform after limitation has run out can no longer plead it. The "
        "agreement names these periods, so that nobody can say they were slipped in.",
    ),
    ErrorSpec(
        "claim.barred-reminded",
        ExitCode.DONE,
        "{account}: the reminder lists {count} periods whose limitation has run out (last day in brackets): {periods}.",
        "They are listed all the same; a reminder says nothing of limitation and interrupts none.",
    ),
    ErrorSpec(
        "claim.limitation-expired",
        ExitCode.DONE,
        "{account}: limitation has run out for {count} fee periods, the first on {day}. They are owed and claimed like "
        "the others, and listed apart.",
        "Claim them knowingly, or have the owner agree to pay in writing; a receipt is not enough.",
        "民法典 192 and 193: the owner may refuse to pay what is time-barred; a court does not raise it. What the owner "
        "then pays or agrees to pay stays paid and agreed.",
    ),
    ErrorSpec(
        "claim.contact-hours",
        ExitCode.BLOCKED,
        "{time} is outside the hours of contact, {from} to {until}.",
        "Choose a time between them.",
        "The hours are this toolkit's policy, drawn from collection practice; no statute names any.",
    ),
    ErrorSpec(
        "claim.contact-refused",
        ExitCode.BLOCKED,
        "The owner has refused further contact in writing.",
        "Write formal letters only; nobody calls, visits or messages this owner any more.",
        "民法典 1033(一) and 治安管理处罚法 50 protect whoever is pestered.",
    ),
    ErrorSpec(
        "claim.contact-cap",
        ExitCode.BLOCKED,
        "That would be more than {most} within {days} days ({key}).",
        "Wait, or change the cap in [contacts] of evidence.toml.",
        "The caps are this toolkit's policy; no statute counts calls. 民法典 1033(一) and 治安管理处罚法 50 protect whoever is "
        "pestered, and a log that keeps to caps shows that nobody was.",
    ),
    ErrorSpec(
        "claim.contact-next",
        ExitCode.BLOCKED,
        "This contact is not allowed at the time named; the next one is {at}.",
        "Plan it for that time, or for a later one.",
    ),
)
