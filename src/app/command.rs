//! Everything that a person can do.
//!
//! Panels, keys and menus emit [`Command`]s; [`apply`](super::apply::apply) changes the state.

use super::data::DataCommand;
use super::document::Document;
use super::film::FilmExport;
use super::lessons::LessonCommand;
use super::state::{Export, Large, PictureExport, Pointed, Sheet};
use crate::landscape::View;
use crate::network::NetworkRecipe;
use crate::number::Vector;
use crate::optimizer::Schedule;
use crate::study::{Clock, EnsembleOptions, Follow, PictureOptions};

/// What a person asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Explores a landscape of the catalogue.
    ChooseLandscape(String),
    /// Shows a ready moment of the landscape, by its index.
    TryMoment(usize),
    /// The formula field's text has changed.
    TypeFormula(String),
    /// Changes the network, its training or its plane; with the view that suits the plane, if so.
    SetNetwork(Box<NetworkRecipe>, bool),
    /// Does something with the examples.
    Data(DataCommand),
    /// Does something with the lessons.
    Lesson(LessonCommand),
    /// Sets a parameter of the formula.
    SetParameter(String, f64),
    /// Puts the start point somewhere.
    MoveStart(Vector),
    /// Gives a run a start of its own there, or lets it share the common one.
    SetRunStart(usize, Option<Vector>),
    /// Calls a run by a name, or by its optimizer's where that is empty.
    NameRun(usize, String),
    /// Adds copies of a run that start around it.
    FanOfStarts(usize),
    /// Looks at another rectangle.
    SetView(View),
    /// Looks at the whole again.
    GoHome,
    /// Moves the view so that a point is in its middle.
    CentreOn(Vector),
    /// Shows or hides a run.
    ShowRun(usize, bool),
    /// Gives a run another colour of the palette.
    ColourRun(usize, usize),
    /// Sets a number of a run.
    SetSetting(usize, String, f64),
    /// Sets how a run's learning rate falls.
    SetSchedule(usize, Schedule),
    /// Sets a run's seed.
    SetSeed(usize, u64),
    /// Sets a run's largest number of steps.
    SetSteps(usize, usize),
    /// Sets the gradient norm at which a run has converged.
    SetGradientTolerance(usize, f64),
    /// Whether a run goes on where the Hessian is not positive definite.
    RequirePositiveDefinite(usize, bool),
    /// Unfolds or folds a run's further settings.
    UnfoldRun(usize, bool),
    /// Adds a run of an optimizer.
    AddRun(String),
    /// Adds a copy of a run.
    DuplicateRun(usize),
    /// Removes a run.
    RemoveRun(usize),
    /// Changes what is drawn; the name says which part, for undo.
    SetPicture(PictureOptions, &'static str),
    /// Selects the critical point there, or none.
    Select(Option<Vector>),
    /// Opens a tab in place of the first or the second one that is open.
    ShowTab(usize, String),
    /// Whether a second tab is open below the first.
    ShowSecondTab(bool),
    /// Shows a tab large, or none.
    ShowLarge(Option<Large>),
    /// Shows a sheet on a narrow screen, or none.
    ShowSheet(Option<Sheet>),
    /// Follows the critical points over a parameter, and shows their branches; `None` for the first parameter.
    Follow(Option<Follow>),
    /// Scrutinises a run.
    Scrutinise(usize),
    /// Asks something else of the ensemble.
    SetEnsemble(EnsembleOptions),
    /// Stops the ensemble and the experiment.
    StopEnsemble,
    /// Shows the runs at a moment, or to their end, and pauses.
    GoTo(Option<usize>),
    /// Plays the runs from a moment on.
    Play(usize),
    /// Steps, or gradients, a second.
    SetSpeed(f64),
    /// By what runs keep step.
    KeepStepBy(Clock),
    /// The pointer means something else now.
    PointAt(Pointed),
    /// Changes the catalogue's search text.
    SearchCatalogue(String),
    /// Unfolds or folds the derivatives.
    UnfoldDerivatives(bool),
    /// Switches the loss chart's axis.
    LogarithmicLoss(bool),
    /// Whether the camera of a surface takes its time from one place to another.
    SmoothTurns(bool),
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Switches between light and dark.
    SwitchTheme,
    /// Folds or unfolds the left panel.
    ToggleLeftPanel,
    /// Folds or unfolds the right panel.
    ToggleRightPanel,
    /// Begins or ends the presentation.
    Present(bool),
    /// Shows or hides the list of shortcuts.
    ShowHelp(bool),
    /// Dismisses the message.
    Dismiss,
    /// Opens a study that is chosen.
    Open,
    /// Opens the study that was open recently, by its index among these.
    OpenRecent(usize),
    /// Opens a document.
    OpenDocument(Document),
    /// Saves the study.
    Save,
    /// Saves the study under another name.
    SaveAs,
    /// Exports.
    Export(Export),
    /// Changes what is asked of exported pictures.
    SetPictureExport(PictureExport),
    /// Changes what is asked of films.
    SetFilm(FilmExport),
    /// Ends the film that is being made.
    CancelFilm,
    /// Ends the export of the picture that is being drawn.
    CancelExport,
    /// Copies the picture to the clipboard.
    CopyPicture,
    /// Copies a link to the study to the clipboard.
    CopyLink,
    /// Stops the search for critical points.
    StopSearch,
    /// The answer to "save the changes?": save first.
    SaveFirst,
    /// The answer to "save the changes?": lose them.
    Discard,
    /// The answer to "save the changes?": go on working.
    CancelPending,
    /// The path being typed has changed.
    TypePath(String),
    /// The path is typed.
    AcceptPath,
    /// No path after all.
    CancelPath,
    /// The answer to "replace the file?": do it.
    Replace,
    /// The answer to "replace the file?": it stays.
    KeepFile,
    /// Goes on with what a window was working on that came to no clean end.
    Recover,
    /// Removes it.
    DiscardRecoverable,
    /// The window is asked to close.
    Close,
}
