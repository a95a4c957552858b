"""Error codes of the intake room: first whole files, then sheets, rows and cells, last the notices.

Notices (exit code DONE) say what was repaired, assumed or left out; nothing is wrong with the ledger.
"""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "intake.file-unreadable",
        ExitCode.INPUT,
        "The file cannot be read: {reason}.",
        "Check that it is a file, that you may open it, and that no other program has locked it.",
    ),
    ErrorSpec(
        "intake.file-empty",
        ExitCode.INPUT,
        "The file is empty.",
        "Export the ledger again; the download may have been cut off.",
    ),
    ErrorSpec(
        "intake.not-a-spreadsheet",
        ExitCode.INPUT,
        "This is not a spreadsheet, whatever its name says.",
        "Give an .xlsx, .xls, .ods or .csv ledger. For .xlsb, .et or .numbers, save it as .xlsx first.",
        "The kind of a file is told by its content, not by its name: a picture renamed to .xlsx "
        "stays a picture.",
    ),
    ErrorSpec(
        "intake.disguised",
        ExitCode.INPUT,
        "This file is called a spreadsheet but holds a web page or XML.",
        "Open it in Excel or WPS and save it as .xlsx, then import that.",
        "Some property systems export an HTML table under the name .xls. Excel opens it with a "
        "warning. Numbers and dates in it have no types, so it is not guessed at here.",
    ),
    ErrorSpec(
        "intake.password",
        ExitCode.INPUT,
        "The file is protected by a password.",
        "Open it in Excel or WPS, take the opening password off, save, and import the saved file.",
    ),
    ErrorSpec(
        "intake.damaged",
        ExitCode.INPUT,
        "The spreadsheet is damaged and cannot be read whole ({detail}).",
        "Open it in Excel or WPS, save it anew as .xlsx, and import that; or export it again.",
    ),
    ErrorSpec(
        "intake.too-large",
        ExitCode.INPUT,
        "The file is larger than any ledger: {found}, the limit is {limit}.",
        "Delete stray cells far below or right of the table, or split the ledger into several files.",
        "One stray cell in the last row or column makes a sheet of billions of cells, and a small "
        "file can unpack, or repeat one text, until no memory holds it. One file may have 250,000 "
        "rows in 256 sheets, 6,000,000 filled cells, 32,767 characters in a cell and 64,000,000 in "
        "all; the other limits stand in evidence/intake/limits.py. A ledger of 200,000 rows keeps "
        "well within them.",
    ),
    ErrorSpec(
        "intake.no-rows",
        ExitCode.INPUT,
        "The ledger has no rows to read.",
        "Check that the right file and sheet were exported; hidden sheets are not read.",
    ),
    ErrorSpec(
        "intake.header-unknown",
        ExitCode.INPUT,
        "No header row was recognised. The row that looks most like one reads: {seen}",
        "Rename the columns, or add their names under [ledger.synonyms] in evidence.toml. Known "
        "names: {known}",
        "A header is recognised when one row, or two rows together, among the first 30 name at "
        "least three known columns. Names are compared whole after folding width, script and units "
        "in brackets, never by resemblance: 累计欠费 is not 欠费.",
    ),
    ErrorSpec(
        "intake.header-missing",
        ExitCode.INPUT,
        "The header lacks what a claim needs: {missing}. Columns seen: {seen}",
        "Add the column, or tell under [ledger.synonyms] in evidence.toml which of these columns it is.",
        "A claim needs the home, the owner, the period, and the amount billed or owed.",
    ),
    ErrorSpec(
        "intake.header-ambiguous",
        ExitCode.INPUT,
        "Two columns could be {field}: {columns}.",
        "Say under [ledger.synonyms] in evidence.toml which one counts, or delete the other.",
        "Which of two amounts is owed is never guessed. A name given in the configuration goes "
        "before the built-in ones.",
    ),
    ErrorSpec(
        "intake.encoding-wrong",
        ExitCode.INPUT,
        "The text is not in {encoding}: the byte at offset {offset} does not belong.",
        "Name the right encoding with --encoding (utf-8, gb18030, big5, utf-16), or save the "
        "ledger as .xlsx.",
    ),
    ErrorSpec(
        "intake.encoding-ambiguous",
        ExitCode.INPUT,
        "The text can be read in more than one encoding, or in none that shows a known header: {candidates}.",
        "Name the right one with --encoding, or save the ledger as .xlsx.",
        "GB18030 and Big5 each decode most of the other's bytes into meaningless characters "
        "without an error, so the encoding is chosen by which one makes known column names. A "
        "wrong choice would put wrong names on letters.",
    ),
    ErrorSpec(
        "intake.encoding-unknown",
        ExitCode.USAGE,
        "There is no encoding called {encoding}.",
        "Use utf-8, gb18030, big5 or utf-16.",
    ),
    ErrorSpec(
        "intake.csv-broken",
        ExitCode.INPUT,
        "The quotation marks of this CSV do not match (line {line}: {detail}).",
        "Mend the quotation mark, or save the ledger as .xlsx.",
        "An opened quotation mark swallows every line up to the next one. Read leniently, owners "
        "would vanish from the ledger without a word.",
    ),
    ErrorSpec(
        "intake.synonym-field",
        ExitCode.USAGE,
        "There is no ledger field called {field}.",
        "Use one of: {known}.",
    ),
    ErrorSpec(
        "intake.item-unknown",
        ExitCode.INPUT,
        "Nothing says which fee item the rows of {sheet} are.",
        "Add a 费用项目 column, or name the sheet after its one item, such as 物业费.",
        "Where no column names the item, the sheet's name or its title does. Here several items "
        "are named, so no row can be given to one of them.",
    ),
    ErrorSpec(
        "intake.unit-multiple",
        ExitCode.INPUT,
        "The amounts are in a multiple of the yuan: {raw}",
        "Convert the amounts to yuan (元) and change the heading.",
    ),
    ErrorSpec(
        "intake.currency",
        ExitCode.INPUT,
        "{raw}: {sign} is not the currency of this jurisdiction ({currency}).",
        "Check the amount and write it in {currency}; if the whole ledger is in another currency, "
        "choose the jurisdiction it belongs to.",
    ),
    ErrorSpec(
        "intake.total-mismatch",
        ExitCode.INPUT,
        "The total says {raw}, but the rows it covers add up to {sum}.",
        "Find the row that is missing or wrong; all rows of the sheet up to here add up to {all}.",
        "A subtotal may cover any run of rows that ends above it; a grand total the rows since the "
        "last grand total, or all. If no such sum is the figure shown, the ledger contradicts "
        "itself.",
    ),
    ErrorSpec(
        "intake.room-missing",
        ExitCode.INPUT,
        "The row has no room.",
        "Write the room, or 同上 if it is the one above; in a spreadsheet, merged cells do as well.",
        "A blank room is not taken from the row above: in a CSV nobody can tell a merged cell from "
        "a forgotten one, and the debt would go to a neighbour.",
    ),
    ErrorSpec(
        "intake.room-incomplete",
        ExitCode.INPUT,
        "{raw} alone does not say which home it is: the building is blank in this row.",
        "Fill in the building.",
    ),
    ErrorSpec(
        "intake.room-is-date",
        ExitCode.INPUT,
        "The room has become a date: {raw}.",
        "Format the column as text and type the room again; Excel makes a date of 1-12.",
    ),
    ErrorSpec(
        "intake.room-unreadable",
        ExitCode.INPUT,
        "{raw} is not a room.",
        "Write the room as it stands on the door plate, as text.",
    ),
    ErrorSpec(
        "intake.room-contradicts",
        ExitCode.INPUT,
        "The room {raw} names another building or unit than its column: {other}.",
        "Correct one of the two.",
    ),
    ErrorSpec(
        "intake.owner-missing",
        ExitCode.INPUT,
        "The row has no owner.",
        "Write the owner's name as in the title register; a demand must name its addressee.",
    ),
    ErrorSpec(
        "intake.owner-unreadable",
        ExitCode.INPUT,
        "{raw} is not a name.",
        "Write the owner's name.",
    ),
    ErrorSpec(
        "intake.hidden-character",
        ExitCode.INPUT,
        "{raw} holds a character that nobody sees: {character}.",
        "Type the cell anew; such characters come along when a text is copied from a chat or a web page.",
        "Control characters and marks of writing direction can make a printed name or address read "
        "otherwise than the cell it came from. They are not taken out silently, since a letter says "
        "exactly what the ledger says. Line breaks, tabs and blanks of no width are no fault.",
    ),
    ErrorSpec(
        "intake.owner-conflict",
        ExitCode.INPUT,
        "{label} belongs to {owner} here and to {first} at {where}.",
        "Correct the wrong row. After a sale, put the former owner's debts into a ledger of their "
        "own; co-owners go into one cell (甲、乙).",
        "A fee is owed by whoever owned the home in its period. One letter to two owners, or to "
        "the wrong one, proves nothing.",
    ),
    ErrorSpec(
        "intake.estate-conflict",
        ExitCode.INPUT,
        "There is a {label} in {estate} and one in {first}.",
        "Import one ledger for each estate: within one, a home is known by its label.",
    ),
    ErrorSpec(
        "intake.ditto-nothing",
        ExitCode.INPUT,
        "{raw}: nothing stands above that it could repeat.",
        "Write the value itself.",
    ),
    ErrorSpec(
        "intake.item-missing",
        ExitCode.INPUT,
        "The row has no fee item.",
        "Write the fee item, such as 物业费.",
    ),
    ErrorSpec(
        "intake.period-missing",
        ExitCode.INPUT,
        "The row has no complete period.",
        "Write the first and the last month, such as 2024年1月-2024年3月.",
    ),
    ErrorSpec(
        "intake.period-unreadable",
        ExitCode.INPUT,
        "{raw} cannot be read as a period.",
        "Write it as 2024年1月-2024年3月, with years of four digits.",
    ),
    ErrorSpec(
        "intake.period-impossible",
        ExitCode.INPUT,
        "There is no such month or day: {raw}.",
        "Correct the year, month or day.",
    ),
    ErrorSpec(
        "intake.period-reversed",
        ExitCode.INPUT,
        "The period ends before it starts: {raw}.",
        "Swap or correct the two ends.",
    ),
    ErrorSpec(
        "intake.period-ambiguous",
        ExitCode.INPUT,
        "{raw} may be January or October.",
        "Write 2024年1月 or 2024年10月; Excel shows the number 2024.10 as 2024.1.",
    ),
    ErrorSpec(
        "intake.date-unreadable",
        ExitCode.INPUT,
        "{raw} cannot be read as a date.",
        "Write it as 2024-01-31: year of four digits, month, day.",
    ),
    ErrorSpec(
        "intake.amount-missing",
        ExitCode.INPUT,
        "The row says neither what was billed nor what is owed.",
        "Fill in the amount; write 0 if nothing is owed.",
    ),
    ErrorSpec(
        "intake.amount-unreadable",
        ExitCode.INPUT,
        "{raw} cannot be read as an amount.",
        "Write digits only, such as 1234.50.",
        "Only plain decimal notation is taken: digits, correct thousands commas, a currency sign, "
        "at most two decimals. Scientific notation, words and multiples (1e5, NaN, 三百, 1.2万) "
        "are refused, since a slip would become a claim.",
    ),
    ErrorSpec(
        "intake.amount-negative",
        ExitCode.INPUT,
        "The amount is negative: {raw}.",
        "Correct it. A prepayment or credit belongs in the paid column of the charge it was for.",
    ),
    ErrorSpec(
        "intake.amount-decimals",
        ExitCode.INPUT,
        "{raw} has more than {places} decimals.",
        "Round it in the ledger (in Excel: ROUND), so that the claim and the ledger agree.",
        "Excel shows two decimals but keeps all of them. Which way to round is the creditor's "
        "decision and must be visible in the ledger. Dust beyond Excel's own precision is not "
        "counted.",
    ),
    ErrorSpec(
        "intake.amount-huge",
        ExitCode.INPUT,
        "{raw} is larger than any fee; the limit is {limit}.",
        "Check whether the cell holds another number, such as a card or telephone number.",
    ),
    ErrorSpec(
        "intake.amount-merged",
        ExitCode.INPUT,
        "One amount, {raw}, stands in a cell merged over several rows.",
        "Give each row its own amount; a merged amount would be claimed once for each row.",
    ),
    ErrorSpec(
        "intake.paid-exceeds-billed",
        ExitCode.INPUT,
        "More was paid ({paid}) than billed ({billed}).",
        "Correct it, or enter the surplus with the charge it was paid for.",
    ),
    ErrorSpec(
        "intake.amounts-disagree",
        ExitCode.INPUT,
        "Billed {billed} less paid {paid} is not owed {owed}.",
        "Correct the figure that is wrong; late charges and discounts belong in columns of their own.",
    ),
    ErrorSpec(
        "intake.duplicate-line",
        ExitCode.INPUT,
        "{label}, {item}, {period} stands already at {where}.",
        "Delete one of the two rows, or correct its item or period; two parking spaces need two item names.",
    ),
    ErrorSpec(
        "intake.formula-error",
        ExitCode.INPUT,
        "The formula in this cell has failed: {raw}.",
        "Mend the formula, or put in the value it should give.",
    ),
    ErrorSpec(
        "intake.formula-uncomputed",
        ExitCode.INPUT,
        "The formula in this cell was never computed.",
        "Open the file in Excel or WPS, save it, and import it again.",
    ),
    ErrorSpec(
        "intake.ditto-above",
        ExitCode.DONE,
        "{raw} was read as the owner above, {owner}.",
        "Check that this home has the same owner.",
    ),
    ErrorSpec(
        "intake.ditto-same-room",
        ExitCode.DONE,
        "{raw} was read as this home's own owner, {owner} (from {where}), not as the owner above.",
        "Check the name.",
    ),
    ErrorSpec(
        "intake.phone-lost",
        ExitCode.DONE,
        "The telephone number has lost digits ({raw}) and was left blank.",
        "Format the column as text and type the number again.",
    ),
    ErrorSpec(
        "intake.phone-differs",
        ExitCode.DONE,
        "Another telephone number stands for this home: {first}; that one is kept, not {raw}.",
        "Correct the number if the first one is out of date.",
    ),
    ErrorSpec(
        "intake.paid-assumed-zero",
        ExitCode.DONE,
        "A blank paid amount was read as nothing paid ({rows} rows, the first one here).",
        "Check that no payment was left out.",
    ),
    ErrorSpec(
        "intake.billed-from-owed",
        ExitCode.DONE,
        "Only the owed amount is given; it was taken as billed and nothing as paid ({rows} rows, "
        "the first one here).",
        "Add billed and paid columns if payments should show in the letters.",
    ),
    ErrorSpec(
        "intake.period-from-date",
        ExitCode.DONE,
        "Excel had made a date of the month; it was read as the whole month ({rows} rows, the "
        "first one here).",
        "Check the periods; format the column as text to keep what is typed.",
    ),
    ErrorSpec(
        "intake.columns-ignored",
        ExitCode.DONE,
        "Columns not read: {columns}.",
        "If one of them matters, add its name under [ledger.synonyms] in evidence.toml.",
    ),
    ErrorSpec(
        "intake.sheet-skipped",
        ExitCode.DONE,
        "The sheet {sheet} is no ledger and was not read.",
        "If it holds charges, give it a header row like the other sheets.",
    ),
    ErrorSpec(
        "intake.sheet-hidden",
        ExitCode.DONE,
        "The sheet {sheet} is hidden and was not read.",
        "Show it and import again if its rows are owed.",
    ),
    ErrorSpec(
        "intake.row-note",
        ExitCode.DONE,
        "A row with one lone text was taken as a note: {raw}",
        "Nothing to do, unless it should have been a charge.",
    ),
    ErrorSpec(
        "intake.room-respelled",
        ExitCode.DONE,
        "{raw} was taken for the same home as {label}.",
        "If they are two homes, write both out in full (building, unit, room).",
    ),
    ErrorSpec(
        "intake.period-overlap",
        ExitCode.DONE,
        "{label}, {item}: {period} overlaps {other} at {where}.",
        "Check that no day was billed twice.",
    ),
    ErrorSpec(
        "intake.figure-dropped",
        ExitCode.DONE,
        "{raw} cannot be read as an area or a unit price and was left blank.",
        "Write the number alone if the letters should show it.",
    ),
    ErrorSpec(
        "intake.item-assumed",
        ExitCode.DONE,
        "Nothing in {sheet} names a fee item; its rows were taken as {item}.",
        "Add a 费用项目 column or name the sheet after its item if that is wrong.",
    ),
)

# Lists of payments.
ROWS += (
    ErrorSpec(
        "intake.result-no-rows",
        ExitCode.INPUT,
        "The carrier's table has no rows to read.",
        "Check that the right file and sheet were exported; hidden sheets are not read.",
    ),
    ErrorSpec(
        "intake.result-word",
        ExitCode.INPUT,
        "{raw} is no result that can be understood.",
        "Write what happened: 妥投, 拒收, 退回, 未妥投, 在途 or 已收寄.",
        "A result decides whether a letter arrived, so that nothing is guessed: of 待签收 and 已签收 only one is a delivery.",
    ),
    ErrorSpec(
        "intake.slip-word",
        ExitCode.INPUT,
        "{raw} is no result of a delivery that can be understood.",
        "Write what the slip says: 本人签收, 同住成年家属签收, 被授权人签收, 留置, 拒收 or 未遇.",
        "A result decides whether a letter arrived, so that nothing is guessed. A row without a result waits.",
    ),
    ErrorSpec(
        "intake.result-missing",
        ExitCode.INPUT,
        "The row does not say what became of the letter.",
        "Fill in the result, or delete the row.",
    ),
    ErrorSpec(
        "intake.result-nobody",
        ExitCode.INPUT,
        "The row names neither a waybill nor a letter.",
        "Fill in one of the two.",
    ),
    ErrorSpec(
        "intake.result-time-missing",
        ExitCode.INPUT,
        "The row does not say when that was.",
        "Fill in the time that the tracking page shows.",
    ),
    ErrorSpec(
        "intake.result-clock",
        ExitCode.INPUT,
        "{raw} has a day and no time of day.",
        "Fill in the time that the tracking page shows, such as 2026-11-25 10:30; it is read as China's time.",
    ),
    ErrorSpec(
        "intake.result-time",
        ExitCode.INPUT,
        "{raw} is no time.",
        "Write it like 2026-11-25 10:30; it is read as China's time.",
    ),
    ErrorSpec(
        "intake.result-waybill-lost",
        ExitCode.INPUT,
        "Of the waybill {raw} the spreadsheet kept only the first digits.",
        "Format the column as text, paste the numbers again, and save the table anew.",
    ),
    ErrorSpec(
        "intake.result-relation",
        ExitCode.INPUT,
        "{raw} is not known as a signer's relation to the addressee.",
        "Write 本人, 同住成年家属, 被授权人, 单位收发, 保安, 前台, 邻居, 快递柜 or 其他; or leave the cell empty.",
    ),
    ErrorSpec(
        "intake.result-posted",
        ExitCode.DONE,
        "{rows} rows have the day of posting without a time of day, so the posting is not recorded from them.",
        "Record it with evidence deliver LETTER --outcome sent --at TIME; the year of queries runs from it.",
    ),
    ErrorSpec(
        "intake.result-page",
        ExitCode.INPUT,
        "{raw} is no page number.",
        "Leave the page as the list was made.",
    ),
    ErrorSpec(
        "intake.result-channel",
        ExitCode.INPUT,
        "{raw} is no way of delivery that can be told.",
        "Write EMS, 快递, 直接送达, 留置 or 张贴; or leave the cell empty and give --channel.",
    ),
    ErrorSpec(
        "intake.payment-no-rows",
        ExitCode.INPUT,
        "The list of payments has no rows to read.",
        "Check that the right file and sheet were exported; hidden sheets are not read.",
    ),
    ErrorSpec(
        "intake.payment-account",
        ExitCode.INPUT,
        "There is no home {raw} in the ledger.",
        "Write the room as the ledger does, or take the row out. Close to it: {near}.",
        "A payment is booked to a home of the latest ledger. One that fits none would be counted for nobody.",
    ),
    ErrorSpec(
        "intake.payment-accounts",
        ExitCode.INPUT,
        "{raw} can be more than one home of the ledger: {near}.",
        "Write the room out in full: building, unit, room.",
    ),
    ErrorSpec(
        "intake.payment-day-missing",
        ExitCode.INPUT,
        "The row does not say when the money came in.",
        "Write the day of payment; it decides which debt the money settled and how long late charge ran.",
    ),
    ErrorSpec(
        "intake.payment-future",
        ExitCode.INPUT,
        "The payment is of {raw}, which is after today ({today}).",
        "Correct the day.",
    ),
    ErrorSpec(
        "intake.payment-amount-missing",
        ExitCode.INPUT,
        "The row has no amount received.",
        "Write the amount, or take the row out.",
    ),
    ErrorSpec(
        "intake.payment-refund",
        ExitCode.INPUT,
        "Money that went out is no payment: {raw}.",
        "Take the refund and the payment it gives back out of the list. If that payment is on record already, import a "
        "ledger that no longer counts it, and have the difference looked at before a letter goes out.",
        "Negative amounts, amounts in a column of refunds and rows marked as outgoing are refused: netted against "
        "another payment they would hide when the debt was open.",
    ),
    ErrorSpec(
        "intake.payment-outgoing",
        ExitCode.DONE,
        "Rows of money that went out, of no home, were passed over ({rows} rows, the first one here).",
        "Nothing to do.",
    ),
    ErrorSpec(
        "intake.payment-direction",
        ExitCode.INPUT,
        "{raw} does not say whether money came in or went out.",
        "Write 收入 (贷) or 支出 (借), or take the row out.",
    ),
    ErrorSpec(
        "intake.payment-status",
        ExitCode.INPUT,
        "The payment is not said to have come in: {raw}.",
        "Take out payments that failed, were taken back or are still open; write 成功 for one that came in.",
    ),
    ErrorSpec(
        "intake.payment-reference-lost",
        ExitCode.INPUT,
        "The reference has lost digits: {raw}.",
        "Export it again with that column as text: a number of more than 15 digits is not kept whole in Excel.",
        "A payment is known by its reference. Two different ones that share what is left of it would be taken for one.",
    ),
    ErrorSpec(
        "intake.payment-owner",
        ExitCode.DONE,
        "The list names {raw} for this home, the ledger {owner}.",
        "Check the room; the payment was booked to the home.",
    ),
)
